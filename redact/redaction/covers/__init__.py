"""What a cover is: which place it takes (outline, extent), what fills it, how the fill looks, and what proves it.

Threat: a blur is a function of the face under it, and is undone by today's tools (Revelio, arXiv 2506.12344:
95.9 % of Gaussian-blurred faces re-identified; mosaics likewise).
Rule: a cover is computed from three things only: pixels outside every place that must be hidden, constants, and
geometry.  Its test: put noise where something must be hidden, and no byte of the output changes.
Accepted residue: the size, place and outline of a cover stay visible, and so does what surrounds it; a sticker says
besides that the finder was sure of the face.

`paint.cover` is the entry point; called by the redaction.  Pictures and places in, pictures out: it may not know what a
place hides.
"""
