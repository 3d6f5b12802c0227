"""One call: selection -> lens for each (eval, task) -> verdicts -> folder."""
