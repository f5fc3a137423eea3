# Values of TestCR2Weighted. Rscript cr_weighted.R PATH/grunfeld_panel/input.csv
suppressMessages(library(clubSandwich))
g <- read.csv(commandArgs(TRUE)[1])
w <- lm(inv ~ value + capital, g, weights = 1 / value)
for (type in c("CR2", "CR3")) print(coef_test(w, vcovCR(w, cluster = g$firm, type = type), test = "Satterthwaite")$p_Satt, digits = 15)
