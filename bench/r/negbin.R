# Values of TestNegBin: MASS::glm.nb on counts made by a formula.
library(MASS)
options(digits = 15)
i <- 0:59
d <- data.frame(y = ((i * i * 7) %% 23 * (i %% 5)) %/% 2, x = i %% 7, g = letters[1 + i %% 3])
m <- glm.nb(y ~ x + g, d, control = glm.control(epsilon = 1e-14, maxit = 500))
print(cbind(coef(m), sqrt(diag(vcov(m)))))
print(c(theta = m$theta, loglik = as.numeric(logLik(m)), deviance = deviance(m)))
