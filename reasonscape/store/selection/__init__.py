"""The grouped selections that several lenses need; each reads the store once or twice.

Every function takes the store and a compiled filter. What a selection drops it counts.
"""
