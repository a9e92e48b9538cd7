"""Pictures of names as schools write them, in two halves: one to develop on, one that nobody has looked at.

    python -m tests.tools.held_out draw FOLDER [SEED] [EACH]      pictures, truth.json and roll.csv for `redact measure`
    python -m tests.tools.held_out count FOLDER                   hidden or asked by kind, reader and rules alone

Even seeds draw from the first half of names, fonts and sentences, odd seeds from the second.  What is mended is
mended on even seeds; the figures that count are those of odd ones, which share no name, font or sentence with
them.  Seeds of 100 and more draw from a third part: other fonts, the commonest names that are words beside odd signs,
and notices with the same words that name nobody.  Seeds of 800 and more draw from a fourth,
which was made after the rules of these, those of 900 and more from a fifth, made after the rules of the fourth.
"""
