# Reference values of tests/stats for survival curves and tests; printed output is survival.txt:
#   Rscript tests/reference/survival.R > tests/reference/survival.txt
# Data are made by arithmetic, with many ties, so that the tests can make the same.
suppressMessages({library(survival); library(cmprsk)})
options(digits = 15, width = 200)
cat("R", as.character(getRversion()), "survival", as.character(packageVersion("survival")),
    "cmprsk", as.character(packageVersion("cmprsk")), "\n")

i <- 0:239
time <- 1 + (i * 37 + (i * i) %% 11 * 5) %% 29
cause <- (i * 7 + i %/% 5) %% 3
group <- (i %/% 3) %% 2
third <- i %% 3
stratum <- (i %/% 7) %% 4
time <- time + 3 * group * (cause == 2)
show <- function(name, values) cat(name, format(values, digits = 15, trim = TRUE), "\n")

km <- survfit(Surv(time, cause > 0) ~ 1, conf.type = "log-log")
at <- summary(km, times = c(3, 10, 17, 24))
show("km.surv", at$surv); show("km.se", at$std.err)
show("km.low", at$lower); show("km.high", at$upper)
one <- survfit(Surv(time, cause == 1) ~ 1)
at <- summary(one, times = c(3, 10, 17, 24))
show("na.hazard", at$cumhaz); show("na.se", at$std.chaz)

state <- factor(cause, 0:2, c("censored", "right", "wrong"))
id <- seq_along(time)
aj <- survfit(Surv(time, state) ~ 1, id = id, conf.type = "log-log")
at <- summary(aj, times = c(3, 10, 17, 24))
for (k in 2:3) {
  show(paste0("aj.p", k - 1), at$pstate[, k]); show(paste0("aj.se", k - 1), at$std.err[, k])
  show(paste0("aj.low", k - 1), at$lower[, k]); show(paste0("aj.high", k - 1), at$upper[, k])
}
ci <- cuminc(time, cause, cencode = 0)
at <- timepoints(ci, c(3, 10, 17, 24))
show("cuminc.est1", at$est[1, ]); show("cuminc.var1", at$var[1, ])
rm <- summary(survfit(Surv(time, cause > 0) ~ 1), rmean = 20)$table
show("rmean", rm[c("rmean", "se(rmean)")])
area <- residuals(aj, times = 20, type = "auc")  # influence of each sample
show("rmtl", c(summary(aj, rmean = 20)$table[2:3, "rmean"], sqrt(colSums(area^2))[2:3]))

tests <- function(name, fit) show(name, c(fit$chisq, fit$pvalue, fit$obs, fit$exp))
tests("logrank.2", survdiff(Surv(time, cause == 1) ~ group))
tests("logrank.3", survdiff(Surv(time, cause == 1) ~ third))
fit <- survdiff(Surv(time, cause == 2) ~ group + strata(stratum))
show("logrank.strata", c(fit$chisq, fit$pvalue, rowSums(fit$obs), rowSums(fit$exp)))
fit <- survdiff(Surv(time, cause == 1) ~ third + strata(stratum))
show("logrank.3.strata", c(fit$chisq, fit$pvalue))
gray <- function(name, fit) show(name, c(t(fit$Tests[, c("stat", "pv", "df")])))
gray("gray.2", cuminc(time, cause, group, cencode = 0))
gray("gray.3", cuminc(time, cause, third, cencode = 0))
gray("gray.2.strata", cuminc(time, cause, group, stratum, cencode = 0))
gray("gray.3.strata", cuminc(time, cause, third, stratum, cencode = 0))
smooth <- 10 * time + (i * 13) %% 10 + i / 1000   # no ties
gray("gray.smooth", cuminc(smooth, cause, group, cencode = 0))

cox <- function(name, event, when = time) {
  fit <- coxph(Surv(when, event) ~ group + strata(stratum), ties = "efron")
  show(name, c(coef(fit), sqrt(vcov(fit)), fit$loglik, fit$score))
  for (transform in c("km", "identity", "log")) {
    z <- cox.zph(fit, transform = transform, terms = FALSE)
    show(paste(name, "zph", transform, sep = "."), z$table[1, c("chisq", "p")])
  }
}
cox("cox.1", cause == 1)
cox("cox.2", cause == 2)
cox("cox.smooth", cause == 2, smooth)
fit <- coxph(Surv(time, cause == 2) ~ group)
show("cox.plain", c(coef(fit), sqrt(vcov(fit))))

show("poisson", poisson.test(7, 3.5)$conf.int)
show("poisson.0", poisson.test(0, 3.5)$conf.int)
show("ratio", poisson.test(c(11, 25), c(800, 1011))$conf.int)
show("ratio.p", 2 * pbinom(11, 36, 800 / 1811))
