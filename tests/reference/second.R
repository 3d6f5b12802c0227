# A second implementation of the estimators that findings rest on, for one slice of samples:
#   Rscript tests/reference/second.R samples.csv > second.txt
# samples.csv: eval (0, 1), item, cell, level, other, right (0, 1), cause (0 cut off, 1 right,
# 2 wrong), time. Ours are in second.py, under the same names. Where a package of R has the
# estimator that one is called; what no package has (item clusters) is written down from its
# definition, with loops over pairs and searches for roots in place of closed forms.
suppressMessages({library(survival); library(cmprsk)})
options(digits = 17, width = 500, warn = -1)
show <- function(name, values) cat(name, format(unname(unlist(values)), digits = 17, trim = TRUE), "\n")
all <- read.csv(commandArgs(TRUE)[1])
a <- all[all$eval == 0, ]
z95 <- qnorm(0.975)
wilson <- function(k, n) {
  root <- function(side) {  # where the score test's z is 1.96, by search
    f <- function(p) (k / n - p) / sqrt(p * (1 - p) / n) - side * z95
    if (side > 0 && k == 0) return(0)
    if (side < 0 && k == n) return(1)
    ends <- if (side > 0) c(1e-300, k / n) else c(k / n, 1)
    if (ends[1] <= 0) ends[1] <- 1e-300
    if (ends[2] >= 1) ends[2] <- 1 - 1e-16
    uniroot(f, ends, tol = 1e-15)$root
  }
  c(root(1), root(-1))
}
grown <- function(f, start, sign) {  # root of f beyond start, where f(start) < 0
  step <- 0.1
  while (f(start + sign * step) < 0) if (step > 1e6) return(sign * Inf) else step <- 2 * step
  uniroot(f, sort(c(start, start + sign * step)), tol = 1e-14)$root
}

# Shares
k <- tapply(a$right, a$level, sum); n <- tapply(a$right, a$level, length)
show("wilson", sapply(seq_along(k), function(i) prop.test(k[i], n[i], correct = FALSE)$conf.int))
show("clopper_pearson_upper", sapply(seq_along(k), function(i)
  binom.test(k[i], n[i], alternative = "less", conf.level = 0.975)$conf.int[2]))
of_cell <- function(v) if (length(unique(v)) > 1) factor(v) else rep(1, length(v))
items <- length(unique(a$item))
if (items < nrow(a) && items > length(unique(a$cell)) && length(unique(a$right)) > 1) {
  nested <- anova(lm(right ~ of_cell(cell) + factor(item), a))
  rows <- c("factor(item)", "Residuals")
  between <- nested[rows[1], "Mean Sq"]; within <- nested[rows[2], "Mean Sq"]
  m <- as.vector(table(a$item)); cell_of <- a$cell[match(sort(unique(a$item)), a$item)]
  n0 <- sum(sapply(split(m, cell_of), function(v) sum(v) - sum(v^2) / sum(v))) / nested[rows[1], "Df"]
  rho <- min(max((between - within) / (between + (n0 - 1) * within), 0), 1)
  show("intraclass_correlation", rho)
  trials <- min(max(nrow(a) / (1 + (sum(m^2) / sum(m) - 1) * rho), length(m)), nrow(a))
  hits <- tapply(a$right, a$item, sum)
  if (sum(hits > 0) >= 10) show("clustered_share", c(mean(a$right), wilson(mean(a$right) * trials, trials)))
}
by_item <- tapply(a$right, list(a$level, a$other), sum); of <- tapply(a$right, list(a$level, a$other), length)
grid <- expand.grid(level = seq_len(nrow(of)) - 1, other = seq_len(ncol(of)) - 1)
grid$k <- as.vector(by_item); grid$n <- as.vector(of); grid <- grid[!is.na(grid$n), ]
free <- 1 + (length(unique(grid$level)) - 1) + (length(unique(grid$other)) - 1)
extra <- 0.5 * free / nrow(grid); overall <- (sum(grid$k) + 0.5) / (sum(grid$n) + 1)
terms <- c(if (length(unique(grid$level)) > 1) "factor(level)", if (length(unique(grid$other)) > 1) "factor(other)")
formula <- as.formula(paste("cbind(k + overall * extra, n - k + (1 - overall) * extra) ~", paste(c("1", terms), collapse = "+")))
fit <- glm(formula, quasibinomial, grid, control = glm.control(epsilon = 1e-14, maxit = 200))
show("additive_fit", fitted(fit))

# Curves of time
km <- survfit(Surv(time, cause > 0) ~ 1, a, conf.type = "log-log")
when <- as.numeric(quantile(a$time[a$cause > 0], c(0.25, 0.5, 0.75), type = 1))
at <- summary(km, times = when)
show("kaplan_meier", c(at$surv, at$std.err, at$lower, at$upper))
for (cause in 1:2) {
  one <- survfit(Surv(a$time, a$cause == cause) ~ 1)
  at <- summary(one, times = when)
  show(paste0("nelson_aalen.", cause), c(at$cumhaz, at$std.chaz))
}
a$state <- factor(a$cause, 0:2, c("censored", "right", "wrong"))
a$id <- seq_len(nrow(a))
aj <- survfit(Surv(time, state) ~ 1, a, id = id, conf.type = "log-log")
at <- summary(aj, times = when)
for (cause in 1:2) show(paste0("aalen_johansen.", cause), c(at$pstate[, cause + 1], at$std.err[, cause + 1], at$lower[, cause + 1], at$upper[, cause + 1]))
ci <- timepoints(cuminc(a$time, a$cause, cencode = 0), when)
if (nrow(ci$est) == 2) show("cuminc", t(ci$est))
tau <- when[3]
show("restricted_mean", summary(km, rmean = tau)$table[c("rmean", "se(rmean)")])
area <- residuals(aj, times = tau, type = "auc")
goes_on <- as.vector(tapply(area[, 1], a$item, sum))
show("clustered_mean_time", sqrt(sum(goes_on^2) * length(goes_on) / (length(goes_on) - 1)))
show("restricted_time_lost", c(summary(aj, rmean = tau)$table[2:3, "rmean"], sqrt(colSums(area^2))[2:3]))
# survfit takes either an id or clusters, so influences are added up by item here
moved <- residuals(aj, times = when, type = "pstate")[, , 2]
first <- sapply(when, function(t) length(unique(a$item[a$cause == 1 & a$time <= t])))
if (all(first >= 20)) {
  p <- summary(aj, times = when)$pstate[, 2]
  se <- apply(moved, 2, function(v) sqrt(sum(tapply(v, a$item, sum)^2)))
  n_eff <- p * (1 - p) / (se^2 * items / (items - 1))
  if (all(se > 0 & p < 1)) show("budget", c(p, sapply(seq_along(p), function(i) wilson(p[i] * n_eff[i], n_eff[i]))))
}

# Two evals
two <- all$cell %in% intersect(all$cell[all$eval == 0], all$cell[all$eval == 1])
b <- all[two, ]
if (any(b$eval == 1)) {
  for (cause in 1:2) {
    event <- b$cause == cause
    if (sum(event) < 5) next
    fit <- survdiff(Surv(b$time, event) ~ b$eval + strata(b$cell))
    show(paste0("log_rank.", cause), c(fit$chisq, 1 - pchisq(fit$chisq, 1)))
    tests <- cuminc(b$time, b$cause, b$eval, b$cell, cencode = 0)$Tests
    if (nrow(tests) == 2) show(paste0("gray.", cause), tests[cause, c("stat", "pv")])
    cox <- coxph(Surv(b$time, event) ~ I(1 - b$eval) + strata(b$cell), ties = "efron", control = coxph.control(eps = 1e-14, iter.max = 100))
    # One eval without such ends has no finite maximum: the search walks until it is told to stop
    if (abs(coef(cox)) < 15) show(paste0("cox.", cause), c(coef(cox), sqrt(diag(vcov(cox)))))
  }
  shared <- sort(intersect(all$item[all$eval == 0], all$item[all$eval == 1]))
  if (length(shared) >= 10) {
    mean_of <- function(e) tapply(all$right[all$eval == e], all$item[all$eval == e], mean)[as.character(shared)]
    d <- as.vector(mean_of(0) - mean_of(1)); size <- length(d)
    whole <- round(abs(d) * 5040); whole <- whole[whole > 0]
    if (length(whole) && length(unique(whole)) == 1) {
      up <- sum(d > 0)
      show("sign_flip", binom.test(up, length(whole))$p.value)
    }
    some <- sum(d != 0); unit <- sqrt((sum(d^2) + 1) / (some + 1))
    plus <- (sum(d^2) / unit^2 + sum(d) / unit) / 2; minus <- (sum(d^2) / unit^2 - sum(d) / unit) / 2
    score <- function(x) {  # Tango: the restricted share by maximising, not by its formula
      logl <- function(q) plus * log(q + x) + minus * log(q) + (size - plus - minus) * log(1 - 2 * q - x)
      span <- c(max(0, -x), (1 - x) / 2); w <- 1e-13 * diff(span)
      part <- function(many, of) if (many < 1e-12) 0 else many / of
      slope <- function(q) part(plus, q + x) + part(minus, q) - 2 * part(size - plus - minus, 1 - 2 * q - x)
      q <- if (slope(span[1] + w) <= 0) span[1] else if (slope(span[2] - w) >= 0) span[2] else uniroot(slope, c(span[1] + w, span[2] - w), tol = 1e-16)$root
      (plus - minus - size * x) / sqrt(size * (2 * q + x * (1 - x)))
    }
    centre <- (plus - minus) / size
    # The search needs room between the difference and -1 or 1
    limit <- function(side, span) tryCatch(uniroot(function(x) score(x) - side * z95, span, tol = 1e-14)$root, error = function(e) NA)
    ends <- c(limit(1, c(-1 + 1e-9, centre)), limit(-1, c(centre, 1 - 1e-9))) * unit
    if (any(d != 0 & abs(d) != 1)) {
      student <- t.test(d)$conf.int
      ends <- c(min(ends[1], student[1]), max(ends[2], student[2]))
    }
    if (!anyNA(ends)) show("paired_difference", c(mean(d), max(ends[1], -1), min(ends[2], 1)))
  }
  hits <- c(sum(all$right[all$eval == 0]), sum(all$right[all$eval == 1])); asked <- as.vector(table(all$eval))
  if (all(hits > 0 & hits < asked)) {
    w <- sapply(1:2, function(i) prop.test(hits[i], asked[i], correct = FALSE)$conf.int); s <- hits / asked
    newcombe <- c(diff(rev(s)) - sqrt((s[1] - w[1, 1])^2 + (w[2, 2] - s[2])^2), diff(rev(s)) + sqrt((w[2, 1] - s[1])^2 + (s[2] - w[1, 2])^2))
    show("unpaired_difference", c(newcombe, prop.test(hits, asked, correct = FALSE)$p.value))
  }
}

# Right against wrong within cells, items as clusters
e <- a[a$cause > 0, ]
wrong <- as.numeric(e$cause == 2); x <- log(e$time)
both <- e$cell %in% intersect(e$cell[wrong == 1], e$cell[wrong == 0])
e <- e[both, ]; wrong <- wrong[both]; x <- x[both]
if (nrow(e) > 0) {
  widen <- function(by) { g <- tapply(e$item, by, function(v) length(unique(v))); as.vector(sqrt(g / pmax(g - 1, 1))[as.character(by)]) }
  wide <- widen(e$cell)
  freedom <- function(s) sum(s^2)^2 / sum(s^4) - 1
  clusters <- function(s) as.vector(tapply(s, e$item, sum))
  van_elteren <- function(delta) {
    y <- x - delta * wrong; score <- numeric(length(y))
    for (s in unique(e$cell)) {
      i <- e$cell == s; r <- rank(y[i]); N <- sum(i)
      score[i] <- (wrong[i] - mean(wrong[i])) * (r - (N + 1) / 2) / (N + 1)
    }
    own <- clusters(score * wide)
    c(sum(score), sum(own^2), freedom(own))
  }
  s0 <- van_elteren(0)
  u <- sapply(unique(e$cell), function(s) { i <- e$cell == s; w <- wilcox.test(x[i][wrong[i] == 1], x[i][wrong[i] == 0], exact = FALSE)$statistic; n <- sum(i); c(w / (n + 1), sum(wrong[i]) * sum(1 - wrong[i]) / (n + 1)) })
  show("van_elteren", c(sum(u[1, ]) / sum(u[2, ]), s0[1] / sqrt(s0[2]), 2 * pt(-abs(s0[1] / sqrt(s0[2])), s0[3])))
  big <- names(which.max(table(e$cell))); i <- e$cell == as.integer(big)
  show("hodges_lehmann", median(outer(x[i][wrong[i] == 1], x[i][wrong[i] == 0], "-")))
  # Step functions: where the statistic passes its limit, by bisection
  bisect <- function(f, low, high) { for (j in 1:60) { m <- (low + high) / 2; if (f(m)) low <- m else high <- m }; (low + high) / 2 }
  beyond <- function(delta, sign) { s <- van_elteren(delta); sign * s[1] > qt(0.975, s[3]) * sqrt(s[2]) }
  middle <- bisect(function(v) van_elteren(v)[1] > 0, -20, 20)
  # Where no shift is beyond the limit, however large, that end is open
  show("shift_interval", c(if (beyond(-20, 1)) bisect(function(v) beyond(v, 1), -20, middle) else -Inf,
                           if (beyond(20, -1)) bisect(function(v) !beyond(v, -1), middle, 20) else Inf))

  late <- as.numeric(e$time > median(e$time))
  keep <- e$cell %in% names(which(tapply(late, e$cell, function(v) length(unique(v))) == 2))
  if (any(keep)) {
    tables <- table(late[keep], wrong[keep], e$cell[keep])
    if (dim(tables)[3] > 1) show("mantel_haenszel", mantelhaen.test(tables, correct = FALSE)$estimate)
    # Pairs of clusters within a cell, one by one
    parts <- lapply(unique(e$cell), function(s) {
      i <- e$cell == s; g <- factor(e$item[i]); count <- function(v) as.vector(tapply(as.numeric(v), g, sum))
      l <- late[i]; w <- wrong[i]
      list(A = count(l & w), B = count(l & !w), C = count(!l & w), D = count(!l & !w), N = sum(i))
    })
    parts <- Filter(function(q) sum(q$A) * sum(q$D) + sum(q$B) * sum(q$C) > 0, parts)
    total <- sum(sapply(parts, function(q) length(q$A)))
    moments <- function(r) {
      sum_u <- 0; squares <- 0; pairs <- 0
      for (q in parts) {
        phi <- (outer(q$A, q$D) + outer(q$D, q$A) - r * (outer(q$B, q$C) + outer(q$C, q$B))) / q$N
        diag(phi) <- diag(phi) / 2
        sum_u <- sum_u + sum(phi[upper.tri(phi, diag = TRUE)])
        squares <- squares + sum(rowSums(phi)^2)
        pairs <- pairs + sum(phi[upper.tri(phi)]^2)
      }
      c(sum_u, (squares - pairs) * total / (total - 1), 0.5 * squares * total / (total - 1))
    }
    estimate <- sum(sapply(parts, function(q) sum(q$A) * sum(q$D) / q$N)) / sum(sapply(parts, function(q) sum(q$B) * sum(q$C) / q$N))
    if (is.finite(estimate) && estimate > 0) {
      floor <- moments(estimate)[2] < moments(estimate)[3] || moments(1)[2] < moments(1)[3]
      z <- function(logr) { v <- moments(exp(logr)); v[1]^2 - z95^2 * v[if (floor) 3 else 2] }
      ends <- tryCatch(exp(c(grown(z, log(estimate), -1), grown(z, log(estimate), 1))), error = function(e) NULL)
      if (all(is.finite(ends)) && length(ends)) show("clustered_odds", c(estimate, ends))
    }
  }
  # Differences of means: least squares with an intercept a cell
  y <- e$time
  fit <- lm(y ~ wrong + of_cell(e$cell))
  lead <- residuals(lm(wrong ~ of_cell(e$cell))); centred <- residuals(lm(y ~ of_cell(e$cell)))
  value <- coef(fit)["wrong"]
  at <- function(dd) clusters(lead * (centred - dd * lead) * wide)
  reach <- qt(0.975, freedom(at(value)))
  f <- function(dd) (sum(lead * centred) - dd * sum(lead^2))^2 - reach^2 * sum(at(dd)^2)
  span <- diff(range(y)); g <- function(v) f(v * span)
  ends <- span * c(grown(g, value / span, -1), grown(g, value / span, 1))
  if (all(is.finite(ends))) show("mean_difference", c(value, ends))
  z <- e$level + e$item %% 7
  fit <- lm(y ~ wrong + z + of_cell(e$cell))
  lead <- residuals(lm(wrong ~ z + of_cell(e$cell)))
  own <- clusters(lead * residuals(fit) * wide)
  error <- sqrt(sum(own^2)) / sum(lead^2)
  show("adjusted_difference", c(coef(fit)["wrong"], coef(fit)["wrong"] + c(-1, 1) * qt(0.975, freedom(own)) * error))
}

# The difficulty curve: maximum of the binomial likelihood of one step, by another search
right <- as.vector(k); asked <- as.vector(n); at <- as.numeric(names(k)); at <- (at - at[1]) / (at[length(at)] - at[1]) * (length(at) - 1)
if (length(at) >= 4 && all(c(sum(right) > 0, sum(right) < sum(asked)))) {
  null <- sum(dbinom(right, asked, sum(right) / sum(asked), log = TRUE))
  loss <- function(t) {
    if (anyNA(t) || t[1] < t[2]) return(1e9)
    p <- t[2] + (t[1] - t[2]) * plogis(4 * log(3) * (t[3] - at) / exp(t[4]))
    p <- pmin(pmax(p, 1e-12), 1 - 1e-12)
    -sum(dbinom(right, asked, p, log = TRUE))
  }
  low <- c(0, 0, -0.5, log(0.2)); high <- c(1, 1, max(at) + 0.5, log(4 * max(at)))
  best <- null
  for (place in seq(0, max(at), length.out = 12)) for (w in c(0.3, 1, 3, 8)) {
    start <- pmin(pmax(c(max(right / asked), min(right / asked), place, log(w)), low + 1e-6), high - 1e-6)
    found <- optim(start, loss, method = "L-BFGS-B", lower = low, upper = high, control = list(factr = 10, maxit = 2000))
    found <- nlminb(found$par, loss, lower = low, upper = high, control = list(rel.tol = 1e-15, x.tol = 1e-12, eval.max = 4000, iter.max = 2000))
    best <- max(best, -found$objective)
  }
  show("difficulty_curve", 2 * (best - null))
}

# Tables of labels, many tests, spectra
t <- table(a$level, a$right)
p <- t / sum(t); r <- rowSums(p); c <- colSums(p)
mi <- sum(ifelse(p > 0, p * log(p / outer(r, c)), 0)); h <- function(q) -sum(ifelse(q > 0, q * log(q), 0))
N <- sum(t); expected <- 0
for (i in rowSums(t)) for (j in colSums(t)) for (v in max(1, i + j - N):min(i, j))
  expected <- expected + v / N * log(N * v / (i * j)) * dhyper(v, i, N - i, j)
show("information", c(mi, h(r), h(c), expected, (mi - expected) / ((h(r) + h(c)) / 2 - expected)))
pairs <- function(v) sum(choose(v, 2))
chance <- pairs(rowSums(t)) * pairs(colSums(t)) / choose(N, 2)
show("adjusted_rand", (pairs(t) - chance) / ((pairs(rowSums(t)) + pairs(colSums(t))) / 2 - chance))
tail <- pbinom(right, asked, sum(right) / sum(asked))
show("adjusted_p", base::c(p.adjust(tail, "BH"), p.adjust(tail, "holm")))
first <- head(a$time, 64) / max(a$time)
if (length(first) == 64) {
  window <- 0.5 * (1 - cos(2 * pi * (0:63) / 64))
  show("spectrum", Mod(fft((first - mean(first)) * window))[2:33]^2)
}
show("poisson_rate", poisson.test(sum(a$cause == 2), sum(a$time) / 1000)$conf.int)
