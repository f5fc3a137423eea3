# Recomputes the numbers of the report's first screen from data/*.csv and the sample,
# in R with base packages alone; nothing is read from the lake, and no code is shared
# with the program. Usage, from the top of the repository:
#
#   Rscript docs/verify/first_screen.R [LAKE/current/marts/headline.csv]
#
# With the file, every number is looked for in the printed text, to its printed digits;
# the exit code is 1 if one isn't there.
args <- commandArgs(trailingOnly = TRUE)
read <- function(f) read.csv(f, colClasses = "character", encoding = "UTF-8", check.names = FALSE)
num <- function(x) as.numeric(x)
said <- list()
say <- function(id, what, text) said[[length(said) + 1]] <<- c(id, what, text)
signed <- function(x) sub("-", "\u2212", sprintf("%+.0f", x))
mega <- function(x) sprintf("\u00a3%.1fm", x / 1e6)

forces <- read("data/forces.csv")
panel <- do.call(rbind, lapply(c("panel", "revenue_outturn", "functions"), function(t) read(file.path("data/measures", paste0(t, ".csv")))))
panel <- panel[panel$value != "" & !panel$state %in% c("suppressed", "missing"), ]
get <- function(measure, fun = "") { # matrix force × year
  p <- panel[panel$measure == measure & panel$`function` == fun, ]
  m <- tapply(num(p$value), list(p$force_code, p$year), function(v) v[1])
  m[, order(num(colnames(m))), drop = FALSE]
}
london <- c("E23000001", "E23000034")

## F1, F2: the sample
pay <- read("data/sample/lancashire.csv")
pay <- pay[pay$amount != "" & pay$date != "", ] # totals and stray headers of the published sheets have neither
pay$gbp <- num(pay$amount)
serial <- suppressWarnings(num(pay$date))
day <- as.Date(serial, origin = "1899-12-30")
iso <- is.na(serial)
day[iso] <- as.Date(substr(pay$date[iso], 1, 10), tryFormats = c("%Y-%m-%d", "%d/%m/%Y"), optional = TRUE)
say("F1", "forces with files", "1 of the 43 forces")
say("F1", "payments", format(nrow(pay), big.mark = ","))
say("F1", "sum as published", mega(sum(pay$gbp)))
say("F1", "months held", paste(length(unique(format(day[!is.na(day)], "%Y-%m"))), "months"))
fy <- ifelse(is.na(day), NA, num(format(day, "%Y")) + (num(format(day, "%m")) >= 4)) # year it ends in
plain <- function(s) gsub("[^A-Z0-9]+", " ", toupper(trimws(s)))
alias <- read("data/aliases.csv"); body <- read("data/bodies.csv")
alias <- alias[alias$body_id != "", ]
known <- setNames(c(alias$body_id, body$body_id), c(plain(alias$alias), plain(body$name)))
who <- known[trimws(plain(pay$payee))]; names(who) <- NULL
who[is.na(who)] <- known[plain(pay$payee)][is.na(who)]
kind <- setNames(body$kind, body$body_id)[who]
area <- setNames(body$force_code, body$body_id)[who]
# associations of officers and staff are no police bodies; the commissioners' own is
police <- !is.na(who) & !(area %in% "E23000003") & (kind != "police_association" | who == "apcc")
in_year <- function(y) police & fy %in% y
last <- max(which(sapply(2019:2026, function(y) length(unique(format(day[fy %in% y], "%Y-%m"))) == 12))) + 2018
say("F2", "last whole year", sprintf("%d-%02d", last - 1, last %% 100))
say("F2", "payments to police bodies", sprintf("%d payments", sum(in_year(last))))
say("F2", "paid to police bodies", mega(sum(pay$gbp[in_year(last)])))
say("F2", "the year before", mega(sum(pay$gbp[in_year(last - 1)])))
# Names of natural persons, which the project itself keeps back, are no police bodies.
withheld <- grepl("redact|third party|ndors trainer|sundry supplier|sundry creditor|one time vendor|personal data|personal information|withheld|name removed", tolower(pay$payee))
say("F2", "to names the publisher withholds, pseudonyms", mega(sum(pay$gbp[withheld & fy %in% last])))
say("F2", "were all of that to police bodies", mega(sum(pay$gbp[(withheld & fy %in% last) | in_year(last)])))
top <- sort(tapply(pay$gbp[in_year(last)], ifelse(area[in_year(last)] == "", who[in_year(last)], area[in_year(last)]), sum), decreasing = TRUE)[1:3]
for (i in 1:3) say("F2", paste("most to", names(top)[i]), mega(top[i]))

## F3: cost a head
cost <- get("net_expenditure") * 1000
people <- get("population")
head18 <- cost[, "2018"] / people[rownames(cost), "2017"]
head18 <- head18[!is.na(head18) & !names(head18) %in% london]
say("F3", "bodies", paste(length(head18), "police bodies"))
say("F3", "spent", sprintf("\u00a3%.1fbn", sum(cost[names(head18), "2018"]) / 1e9))
for (q in c(0.5, 0.1, 0.9)) say("F3", paste("quantile", q), sprintf("\u00a3%.0f", quantile(head18, q, type = 7)))

## F4: synthetic difference in differences, members summed, placebos of pairs
simplex <- function(X, y, ridge) { # min |Xw - y|^2 + ridge |w|^2, w >= 0, sum 1: active set
  A <- crossprod(X) + diag(ridge, ncol(X)); b <- crossprod(X, y)
  S <- which.min(diag(A) - 2 * b); w <- rep(0, ncol(X)); w[S] <- 1
  for (it in 1:1000) {
    k <- length(S)
    K <- rbind(cbind(A[S, S, drop = FALSE], 1), c(rep(1, k), 0))
    z <- solve(K, c(b[S], 1), tol = 1e-30); v <- z[1:k]
    if (all(v >= -1e-14)) {
      w[] <- 0; w[S] <- v
      g <- as.vector(A %*% w - b) + z[k + 1]; g[S] <- 0
      if (min(g) > -1e-13) break
      S <- c(S, which.min(g))
    } else {
      step <- (w[S] / (w[S] - v))[v < 0]; a <- min(step)
      w[S] <- w[S] + a * (v - w[S])
      S <- S[w[S] > 1e-14]; w[-S] <- 0
    }
  }
  w
}
centre <- function(x) x - mean(x)
sdid <- function(y, D, pre) { # y: the treated in logs; D: donors × years in logs
  post <- seq(pre + 1, length(y)); before <- seq_len(pre)
  noise <- sd(as.vector(D[, 2:pre] - D[, 1:(pre - 1)]))
  zeta <- length(post)^0.25 * noise
  om <- simplex(apply(D[, before], 1, centre), centre(y[before]), zeta^2 * pre)
  la <- simplex(apply(D[, before], 2, centre), centre(rowMeans(D[, post, drop = FALSE])), (1e-6 * noise)^2 * nrow(D))
  gap <- y - as.vector(om %*% D)
  mean(gap[post]) - sum(la * gap[before])
}
register <- read("data/collaborations.csv"); members <- read("data/members.csv"); events <- read("data/events.csv")
first <- function(d) as.Date(paste0(d, c("", "", "", "-01-01", "", "", "-01", "", "", "")[nchar(d)]))
until <- function(d) if (nchar(d) == 4) as.Date(paste0(d, "-12-31")) else if (nchar(d) == 7) seq(first(d), by = "month", length.out = 2)[2] - 1 else as.Date(d)
span <- function(id, phase) {
  d <- events$date[events$collaboration == id & events$phase == phase]
  if (!length(d)) return(NULL)
  range(do.call(c, lapply(d, first)), do.call(c, lapply(d, until)))
}
explained <- function(f, year) any(sapply(register$id[register$force_wide == "true"], function(id)
  f %in% members$force_code[members$collaboration == id] && any(sapply(c("entry", "exit"), function(ph) {
    s <- span(id, ph)
    !is.null(s) && s[1] <= as.Date(paste0(year, "-03-31")) && s[2] >= as.Date(paste0(year - 1, "-03-31"))
  }))))
staff <- get("fte_staff_total")
steps <- function(m, from, to) { # forces whose change is more than 5 robust SDs from the others'
  d <- t(apply(log(m), 1, diff)); out <- character()
  for (j in seq_len(ncol(d))) for (i in which(!is.na(d[, j]))) {
    o <- d[-i, j]; o <- o[!is.na(o)]
    year <- num(colnames(m)[j + 1])
    if (abs(d[i, j] - median(o)) > 5 * 1.482602218505602 * median(abs(o - median(o))) && year > from && year <= to && !explained(rownames(m)[i], year))
      out <- c(out, rownames(m)[i])
  }
  unique(out)
}
effect <- function(id, phase, label) {
  en <- span(id, "entry"); ex <- span(id, "exit")
  day <- as.Date(paste0(colnames(staff), "-03-31"))
  if (phase == "entry") { use <- day < ex[1]; cut <- en } else { use <- day > en[2]; cut <- ex }
  pre <- colnames(staff)[use & day < cut[1]]; post <- colnames(staff)[use & day > cut[2]]
  mine <- unique(members$force_code[members$collaboration == id])
  out <- c(london, mine, steps(staff, num(pre[1]), num(tail(post, 1))))
  donors <- setdiff(rownames(staff), out)
  donors <- donors[rowSums(is.na(staff[donors, c(pre, post)])) == 0]
  Y <- staff[, c(pre, post)]; n <- length(pre)
  att <- sdid(log(colSums(Y[mine, ])), log(Y[donors, ]), n)
  sets <- combn(donors, length(mine))
  plac <- apply(sets, 2, function(s) sdid(log(colSums(Y[s, ])), log(Y[setdiff(donors, s), ]), n))
  stretch <- qt(0.975, length(donors) - 1) / qnorm(0.975)
  crit <- function(x) { m <- floor(0.05 * (length(x) + 1) + 1e-9); sort(x, decreasing = TRUE)[m] }
  half <- crit(stretch * abs(plac)); level <- mean(colSums(Y[mine, pre]))
  apart <- sapply(seq_along(plac), function(i) crit(stretch * abs(plac[!(sets[1, ] %in% sets[, i] | sets[2, ] %in% sets[, i])])))
  at <- ceiling(0.8 * length(plac) - 1e-9)
  up <- max(0, sort(apart - plac)[at]); down <- -max(0, sort(apart + plac)[at])
  change <- function(f) 100 * (mean(colSums(Y[f, post])) / mean(colSums(Y[f, pre])) - 1)
  word <- function(x) sprintf("%.1f %% %s", abs(x), if (x < 0) "fewer" else "more")
  say("F4", paste(label, "members"), word(change(mine)))
  say("F4", paste(label, "others"), sprintf("%d comparison forces %s", length(donors), word(change(donors))))
  say("F4", paste(label, "years"), sprintf("(%s\u2013%s against %s\u2013%s)", post[1], tail(post, 1), pre[1], tail(pre, 1)))
  say("F4", paste(label, "detectable"), sprintf("%.0f %% or more", 100 * max(exp(up) - 1, 1 - exp(down))))
  say("F4", paste(label, "estimate"), paste("estimate", signed(level * (exp(att) - 1)), "FTE"))
  say("F4", paste(label, "interval"), sprintf("%s to %s", signed(level * (exp(att - half) - 1)), signed(level * (exp(att + half) - 1))))
}
effect("wm-war-alliance", "entry", "entry")
effect("wm-war-alliance", "exit", "exit")

## F5: what can't be known
say("F5", "collaborations", paste(nrow(register), "collaborations"))
years <- num(colnames(cost))
stopifnot(length(years) < 5 + 2) # too few for any collaboration, whatever its dates
say("F5", "years of expenditure", paste(length(years), "financial years"))
claims <- read("data/claims.csv"); claims <- claims[claims$kind == "saving", ]
say("F5", "claimed savings", sprintf("%d of %d claimed savings", nrow(claims), nrow(claims)))
year4 <- function(s) suppressWarnings(num(substr(s, 1, 4)))
count <- c(one = 1, two = 2, three = 3, four = 4, five = 5, six = 6, seven = 7, eight = 8, nine = 9, ten = 10)
share <- apply(claims, 1, function(c) {
  m <- members[members$collaboration == c["collaboration"], ]
  en <- span(c["collaboration"], "entry"); ex <- span(c["collaboration"], "exit")
  late <- sapply(seq_len(nrow(m)), function(i) (m$valid_from[i] != "" && !is.null(en) && first(m$valid_from[i]) > en[2]) || (m$valid_to[i] != "" && !is.null(ex) && until(m$valid_to[i]) < ex[1]))
  f <- setdiff(unique(m$force_code), m$force_code[unlist(late)])
  gbp <- num(c["amount_low"]); if (is.na(gbp)) gbp <- num(c["amount_high"])
  named <- f[sapply(f, function(x) grepl(forces$name[forces$force_code == x], c["as_published"], fixed = TRUE))]
  if (length(named) == 1) f <- named else if (grepl("per force", c["as_published"])) gbp <- gbp * length(f)
  when <- year4(c["claimed_when"]); n <- 1
  if (c["per"] == "cumulative") {
    w <- strsplit(c["period"], " ")[[1]]; k <- count[w[which(grepl("^year", w)) - 1]]
    from <- if (grepl("^since [0-9]", c["period"])) year4(sub("since ", "", c["period"])) else if (grepl("came into force", c["period"]))
      min(year4(events$date[events$collaboration == c["collaboration"] & events$phase == "entry" & events$event == "live"])) else NA
    if (length(k) == 1 && !is.na(k)) n <- k else if (!is.na(from) && !is.na(when)) n <- when - from
  }
  y <- if (is.na(when)) years[1] else years[which.min(abs(years - when))]
  if (!all(f %in% rownames(cost)) || is.na(gbp)) return(NA)
  100 * gbp / n / sum(cost[f, as.character(y)])
})
share <- share[!is.na(share)]
say("F5", "claims with spend", sprintf("Half of the %d claims", length(share)))
say("F5", "median share", sprintf("below %.1f %%", median(share)))

text <- if (length(args)) { h <- read(args[1]); setNames(h$text, h$finding_id) } else NULL
bad <- 0
for (s in said) {
  mark <- ""
  if (!is.null(text)) {
    ok <- grepl(s[3], text[[s[1]]], fixed = TRUE)
    mark <- if (ok) "as printed  " else "NOT PRINTED "
    bad <- bad + !ok
  }
  cat(mark, s[1], "  ", s[2], ": ", s[3], "\n", sep = "")
}
if (!is.null(text)) cat(length(said) - bad, "of", length(said), "numbers as printed\n")
quit(status = if (bad) 1 else 0)
