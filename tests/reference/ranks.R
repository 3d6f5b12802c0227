# Reference values for ranks, shifts, differences and odds within strata.
# Run: Rscript tests/reference/ranks.R > tests/reference/ranks.txt
suppressPackageStartupMessages(library(survival))
options(digits = 10)

right <- c(5.1, 6.4, 7.7, 4.9, 6.0, 8.2, 5.5)
wrong <- c(7.9, 9.3, 6.1, 8.8, 10.4)
w <- wilcox.test(wrong, right, conf.int = TRUE, exact = TRUE)
cat("shift", w$estimate, "superiority", w$statistic / (5 * 7), "\n")

d <- data.frame(
  y = c(0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0),
  x = c(1, 2, 3, 1, 2, 2.5, 1, 3, 1, 2, 3, 1, 2, 4, 3, 2),
  s = rep(1:8, each = 2)
)
pairs <- coef(summary(clogit(y ~ x + strata(s), d)))
cat("clogit", exp(pairs[1, "coef"]), "\n")

e <- data.frame(
  loop = c(1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0),
  wrong = c(1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0),
  s = rep(1:2, each = 10)
)
m <- mantelhaen.test(table(e$loop, e$wrong, e$s), correct = FALSE)
cat("mantelhaen odds", m$estimate, "chi2", m$statistic, "\n")

f <- data.frame(
  y = c(2.1, 1.9, 2.6, 1.2, 1.0, 1.7, 2.2, 2.4, 1.1, 1.6, 1.3, 0.9),
  second = c(0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1),
  z = c(1.0, 2.0, 1.5, 3.0, 3.5, 2.5, 1.0, 0.5, 3.0, 2.0, 2.5, 4.0),
  s = factor(rep(1:2, each = 6)),
  g = factor(c(0, 1, 2, 0, 1, 2, 2, 1, 0, 0, 1, 2))
)
cat("lm step", coef(lm(y ~ second + z + s, f))["second"], "\n")
fit <- coef(lm(y ~ g + s, f))
cat("lm groups", fit["g1"], fit["g2"], "mean", mean(f$y), "\n")
