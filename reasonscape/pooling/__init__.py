"""What the lenses over all tasks and evals share: the pool, its vectors, clusters and phrases."""
