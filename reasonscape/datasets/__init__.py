"""Dataset configs: what the numbers mean; base tasks, axes, cells, tiers, groups.

Import from the modules: ``config`` for `Dataset`, ``cells`` for the one place that bins axes.
"""
