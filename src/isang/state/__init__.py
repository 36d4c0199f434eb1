"""What was learnt as plain data and back: a tree of JSON values and a flat mapping of arrays.

What a class learns it declares, as its constructor declares what it can be told: by annotations whose names end
in `_`. Nothing else is ever saved, and nothing else can come out of a file.
"""
