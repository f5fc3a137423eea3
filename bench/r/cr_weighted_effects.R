# Cross-check of CR2/CR3 with weights and two-way effects against the definition,
# by full matrices; the values stand in analyze/stat/vcov_test.go. clubSandwich's own degrees
# of freedom are below 1 there (0.64), which a Gram matrix can't give.
# Rscript cr_weighted_effects.R PATH/grunfeld_panel/input.csv
g <- read.csv(commandArgs(TRUE)[1])
s <- g[-c(3, 50, 51, 120, 199), ]
w <- 1 / s$value
X <- model.matrix(~ value + capital + factor(firm) + factor(year), s)
M <- solve(crossprod(X, w * X)); b <- M %*% crossprod(X, w * s$inv)
e <- as.vector(s$inv - X %*% b)
H <- X %*% M %*% t(w * X); IH <- diag(nrow(s)) - H
pinv <- function(B, p) { E <- eigen((B + t(B)) / 2, TRUE); v <- ifelse(E$values > 1e-10, E$values^p, 0); E$vectors %*% (v * t(E$vectors)) }
for (type in c("CR2")) {
  V <- 0; G <- list()
  for (f in unique(s$firm)) {
    i <- which(s$firm == f)
    B <- IH[i, ] %*% t(IH[i, ])
    A <- pinv(B, -0.5)
    sc <- M %*% t(X[i, ]) %*% (w[i] * (A %*% e[i])); V <- V + sc %*% t(sc)
    G[[length(G) + 1]] <- M[2:3, ] %*% t(X[i, ]) %*% (w[i] * (A %*% IH[i, ]))
  }
  print(sqrt(diag(V))[2:3], digits = 15)
  for (k in 1:2) { R <- sapply(G, function(x) x[k, ]); P <- crossprod(R); print(sum(diag(P))^2 / sum(P^2), digits = 15) }
}
V <- 0
for (f in unique(g$firm)) { # unweighted, balanced: the jackknife
  m <- lm(inv ~ value + capital + factor(firm) + factor(year), g[g$firm != f, ])
  d <- coef(m)[c("value", "capital")] - coef(lm(inv ~ value + capital + factor(firm) + factor(year), g))[c("value", "capital")]
  V <- V + d %*% t(d)
}
print(sqrt(diag(V)), digits = 15)
