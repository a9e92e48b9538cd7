"""The sample pictures with names but without faces, one function each; every child is invented (roll.csv)."""

from __future__ import annotations

import colorsys

import numpy as np
import zxingcpp
from page import BIRO, BLUE_BLACK, PENCIL, RED, Colour, Sheet
from PIL import Image, ImageFilter
from scene import Scene, cloud, plaster, slanted, wood


def hue(turn: float, saturation: float = 0.55, value: float = 0.85) -> Colour:
    """Return a colour of the wheel."""
    r, g, b = colorsys.hsv_to_rgb(turn % 1, saturation, value)
    return round(r * 255), round(g * 255), round(b * 255)


def star(sheet: Sheet, centre: tuple[float, float], radius: float, colour: Colour) -> None:
    """Draw a five-pointed star."""
    points = []
    for i in range(10):
        r, angle = radius * (1 if i % 2 == 0 else 0.42), np.pi * (i / 5 - 0.5)
        points.append((centre[0] + r * float(np.cos(angle)), centre[1] + r * float(np.sin(angle))))
    sheet.paint.polygon(points, fill=colour)


def bordered(sheet: Sheet, colour: Colour, second: Colour) -> None:
    """Draw a certificate's double border."""
    w, h = sheet.size
    sheet.paint.rectangle((48, 48, w - 48, h - 48), outline=colour, width=16)
    sheet.paint.rectangle((80, 80, w - 80, h - 80), outline=second, width=5)


def printed_certificate(rng: np.random.Generator) -> Scene:
    """A printed certificate on a table, photographed from the side."""
    page = Sheet.blank(2000, 1414, (252, 248, 236))
    bordered(page, (30, 70, 110), (184, 148, 62))
    page.write("Certificate of Achievement", (1000, 330), "garamond", 138, (30, 70, 110), centred=True)
    page.write("Presented to", (1000, 500), "garamond-italic", 66, centred=True)
    page.write("<0|Niamh O'Sullivan>", (1000, 690), "garamond", 150, (60, 30, 30), centred=True)
    page.write("for great courage in the swimming gala", (1000, 840), "garamond-italic", 70, centred=True)
    page.write("12 March 2026", (480, 1170), "garamond", 54, centred=True)
    page.write("Headteacher", (1500, 1210), "garamond", 46, centred=True)
    page.paint.line((1280, 1150, 1720, 1150), fill=(90, 90, 90), width=3)
    page.paint.ellipse((890, 1030, 1110, 1250), fill=(196, 156, 60), outline=(150, 112, 30), width=8)
    star(page, (1000, 1142), 86, (246, 226, 160))
    scene = Scene(wood(rng, (2200, 1650), (168, 122, 78)), rng)
    scene.lay(page, slanted((1110, 820), (1700, 1230), 9, (0.07, -0.02)))
    scene.light(0.26)
    return scene


def handwritten_certificate(rng: np.random.Generator) -> Scene:
    """A printed form filled in by hand."""
    page = Sheet.blank(1414, 2000, (246, 250, 252))
    bordered(page, (196, 84, 40), (236, 180, 60))
    for x, y, r in ((230, 250, 90), (1184, 250, 90), (707, 300, 150)):
        star(page, (x, y), r, (242, 190, 60))
    page.write("Star of the Week", (707, 620), "marker", 130, (196, 84, 40), centred=True)
    page.write("This is to certify that", (707, 820), "sans", 56, centred=True)
    page.write("<1|Zoë Fairweather-Banks>", (707, 985), "hand", 84, BIRO, centred=True, pen_px=1, hand=rng)
    page.paint.line((200, 1015, 1214, 1015), fill=(120, 120, 120), width=3)
    page.write("has made us proud by", (707, 1150), "sans", 56, centred=True)
    page.write("sharing her pencils", (707, 1310), "biro", 108, BIRO, centred=True, pen_px=1, hand=rng)
    page.paint.line((200, 1340, 1214, 1340), fill=(120, 120, 120), width=3)
    page.write("Signed", (210, 1650), "sans", 50)
    page.write("Date", (900, 1650), "sans", 50)
    page.write("6/2/26", (1030, 1640), "biro", 62, BIRO, pen_px=1, hand=rng)
    scene = Scene(plaster(rng, (1600, 2100), (186, 178, 168)), rng)
    scene.lay(page, slanted((800, 1040), (1230, 1730), -6, (-0.03, 0.05)))
    scene.light(0.24)
    return scene


def worksheet(rng: np.random.Generator) -> Scene:
    """A piece of homework with a name line and a story signed "By ..."."""
    page = Sheet.blank(1500, 2000, (250, 250, 246))
    for y in range(430, 1930, 98):
        page.paint.line((70, y, 1430, y), fill=(176, 200, 224), width=3)
    page.paint.line((190, 330, 190, 1960), fill=(226, 150, 150), width=3)
    page.write("Name:", (90, 200), "sans", 56)
    page.write("<2|Toby H.>", (320, 196), "hand", 88, PENCIL, pen_px=1, hand=rng)
    page.write("Date:", (920, 200), "sans", 56)
    page.write("3rd June", (1090, 196), "biro", 90, PENCIL, pen_px=1, hand=rng)
    page.write("The Dragon under the Stairs", (230, 420), "school", 78, PENCIL, hand=rng)
    story = (
        "One night I heard a little cough",
        "coming from under the stairs.",
        "I took my torch and there it was,",
        "a small green dragon with a cold.",
        "I made it some soup and it sneezed",
        "so hard that all the lights went on!",
        "Mum thought it was the boiler.",
        "Now it sleeps in the airing cupboard",
        "and keeps our towels warm.",
    )
    for i, line in enumerate(story):
        page.write(line, (230, 616 + 98 * i), "school", 66, PENCIL, hand=rng)
    page.write("By <2|Toby Hargreave>", (560, 1694), "hand", 76, PENCIL, pen_px=1, hand=rng)
    page.write("Lovely ideas! Well done", (230, 1880), "biro", 92, RED, pen_px=1, hand=rng)
    scene = Scene(wood(rng, (1700, 2200), (206, 178, 138)), rng)
    scene.lay(page, slanted((850, 1110), (1390, 1850), 4, (0.03, 0.02)))
    scene.light(0.22)
    return scene


def coat_pegs(rng: np.random.Generator) -> Scene:
    """Labels over a row of coat pegs."""
    size = (2400, 1350)
    wall = plaster(rng, size, (222, 224, 214))
    wall[500:660] = wood(rng, (size[0], 160), (190, 150, 104))
    wall[656:700] *= np.linspace(0.72, 1, 44, dtype=np.float32)[:, None, None]
    scene = Scene(wall, rng)
    names = ("<3|Idris>", "<5|Élodie>", "<9|Lukas W.>", "<10|Mei-Ling>", "<11|Summer D.>", "<13|Aoife>")
    for i, name in enumerate(names):
        x = 240 + 385 * i
        label = Sheet.blank(740, 340, (252, 252, 250))
        label.paint.rounded_rectangle((14, 14, 726, 326), 40, outline=hue(i / 6), width=18)
        star(label, (112, 170), 62, hue(i / 6))
        label.write(name, (446, 208), "school", 140 if len(name) < 12 else 92, (40, 40, 60), centred=True)
        scene.lay(
            label, slanted((x, 330 + 10 * (i % 2)), (350, 161), rng.normal(0, 1.6), (0, 0.01 * (i - 2.5))), shadow_px=5
        )
        peg = Sheet(Image.new("RGBA", (120, 260)))
        peg.paint.ellipse((20, 10, 100, 90), fill=(120, 124, 130, 255))
        peg.paint.rounded_rectangle((46, 40, 74, 210), 14, fill=(150, 154, 160, 255))
        peg.paint.ellipse((34, 180, 86, 232), fill=(176, 180, 186, 255))
        scene.lay(peg, slanted((x, 610), (100, 216), 0), shadow_px=10)
        if i != 3:
            scene.lay(
                coat(rng, hue(0.58 + i * 0.17, 0.5, 0.55)),
                slanted((x, 960), (340, 560), rng.normal(0, 1.5)),
                shadow_px=22,
            )
    scene.light(0.2)
    return scene


def coat(rng: np.random.Generator, colour: Colour) -> Sheet:
    """Draw a coat hanging from its loop."""
    sheet = Sheet(Image.new("RGBA", (350, 780)))
    sheet.paint.polygon(
        (
            (140, 24),
            (210, 24),
            (282, 84),
            (340, 560),
            (272, 580),
            (270, 750),
            (80, 750),
            (78, 580),
            (10, 560),
            (68, 84),
        ),
        fill=(*colour, 255),
    )
    sheet.paint.polygon(((120, 40), (230, 40), (206, 120), (144, 120)), fill=tuple(c // 2 for c in colour))
    sheet.paint.line((175, 120, 175, 740), fill=tuple(c * 2 // 3 for c in colour), width=5)
    cloth = np.asarray(sheet.image, np.float32).copy()
    folds = cloud(rng, sheet.size, (34, 420)) * 11 + cloud(rng, sheet.size, (90, 300)) * 8
    cloth[..., :3] += folds[..., None]
    return Sheet(Image.fromarray(np.clip(cloth, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.5)))


def whiteboard(rng: np.random.Generator) -> Scene:
    """A whiteboard: a list of helpers, among them names that are also words."""
    board = Sheet.blank(2400, 1500, (244, 247, 248))
    board.paint.rectangle((0, 0, 2399, 1499), outline=(168, 172, 176), width=44)
    board.write("Good morning! Today is Friday", (150, 260), "marker", 130, (20, 60, 140), hand=rng)
    board.write("Helpers", (170, 500), "marker", 120, (190, 30, 40), hand=rng)
    for i, name in enumerate(("<6|Will>", "<7|Grace>", "<14|Ben L.>", "<8|Amara>")):
        board.write(f"{i + 1}.", (180, 680 + 180 * i), "marker", 110, (30, 110, 60), hand=rng)
        board.write(name, (310, 680 + 180 * i), "marker", 118, (30, 110, 60), hand=rng)
    for i, line in enumerate(
        ("9:00 maths", "10:30 singing", "1:15 science: will it float?", "I hope for a dry playtime")
    ):
        board.write(line, (1020, 560 + 190 * i), "marker", 96, (40, 44, 52), hand=rng)
    scene = Scene(plaster(rng, (2300, 1650), (198, 206, 208)), rng)
    scene.lay(board, slanted((1170, 800), (1960, 1250), -1.5, (0.0, 0.05)), shadow_px=20, fibre=0.8)
    glare = np.exp(
        -(((np.mgrid[0:1650, 0:2300][1] - 1750) / 260.0) ** 2) - ((np.mgrid[0:1650, 0:2300][0] - 420) / 330.0) ** 2
    )
    scene.pixels += (glare * 16).astype(np.float32)[..., None]
    scene.light(0.18)
    return scene


def book_label(rng: np.random.Generator) -> Scene:
    """An exercise book with its label."""
    book = Sheet.blank(1500, 1900, (58, 104, 150))
    book.paint.rectangle((0, 0, 70, 1900), fill=(38, 74, 112))
    book.paint.rounded_rectangle((260, 360, 1320, 1060), 36, fill=(252, 250, 244), outline=(30, 50, 80), width=10)
    book.write("This book belongs to", (790, 510), "garamond-italic", 84, centred=True)
    book.write("<3|Idris Mahmood-Clarke>", (790, 690), "biro", 112, BLUE_BLACK, centred=True, pen_px=2, hand=rng)
    book.paint.line((340, 722, 1240, 722), fill=(150, 150, 150), width=3)
    book.write("Class 5M", (400, 900), "school", 70)
    book.write("Science", (900, 900), "school", 70)
    book.write("EXERCISE BOOK", (790, 1560), "sans-bold", 88, (210, 222, 236), centred=True)
    scene = Scene(wood(rng, (1600, 2000), (150, 106, 70)), rng)
    scene.lay(book, slanted((800, 1020), (1260, 1620), -8, (0.035, 0)), shadow_px=24)
    scene.light(0.26)
    return scene


def painting(rng: np.random.Generator) -> Scene:
    """A child's painting, signed very small in a corner."""
    w, h = 2000, 1400
    page = Sheet.blank(w, h, (150, 196, 226))
    pen = page.paint
    pen.ellipse((1480, 120, 1760, 400), fill=(246, 206, 74))
    for top, colour, wave in ((820, (104, 160, 88), 120), (980, (74, 136, 70), 80), (1150, (52, 108, 58), 60)):
        ridge = [(x, top + wave * float(np.sin(x / 310 + top))) for x in range(0, w + 20, 20)]
        pen.polygon([(0, h), *ridge, (w, h)], fill=colour)
    pen.rectangle((430, 640, 830, 1010), fill=(206, 92, 70))
    pen.polygon(((380, 650), (630, 430), (880, 650)), fill=(120, 62, 50))
    pen.rectangle((580, 800, 690, 1010), fill=(92, 60, 44))
    for x in (470, 730):
        pen.rectangle((x, 700, x + 80, 780), fill=(250, 236, 170))
    pen.rectangle((1290, 760, 1340, 1060), fill=(96, 66, 46))
    for x, y in ((1210, 560), (1330, 480), (1430, 580), (1310, 640)):
        pen.ellipse((x - 110, y - 110, x + 130, y + 130), fill=(66 + (x - 1210) // 10, 124, 62))
    strokes = cloud(rng, (w, h), (90, 7)) * 9 + cloud(rng, (w, h), (14, 14)) * 4
    paint = np.asarray(page.image.convert("RGB").filter(ImageFilter.GaussianBlur(2)), np.float32) + strokes[..., None]
    page.image = Image.fromarray(np.clip(paint, 0, 255).astype(np.uint8)).convert("RGBA")
    page.write("<5|Élodie M.>", (1630, 1345), "biro", 58, (238, 240, 220), pen_px=2, hand=rng)
    scene = Scene(plaster(rng, (2200, 1650), (232, 222, 196)), rng)
    mount = Sheet.blank(2200, 1600, (60, 56, 60))
    scene.lay(mount, slanted((1100, 820), (1930, 1400), 2, (0.015, -0.02)), shadow_px=16)
    scene.lay(page, slanted((1100, 820), (1760, 1230), 2, (0.015, -0.02)), shadow_px=0)
    scene.light(0.18)
    return scene


def badge(rng: np.random.Generator) -> Scene:
    """A badge on a lanyard with a QR code that would log its owner in."""
    scene = Scene(plaster(rng, (1600, 1900), (44, 58, 88)), rng)
    weave = np.sin(np.mgrid[0:1900, 0:1600][0] / 3.1) + np.sin(np.mgrid[0:1900, 0:1600][1] / 3.3)
    scene.pixels += (weave * 5).astype(np.float32)[..., None]
    for side in (-1, 1):
        strap = Sheet.blank(70, 900, (196, 40, 60))
        scene.lay(strap, slanted((800 + side * 190, 250), (64, 900), side * -22), shadow_px=8)
    clip = Sheet.blank(120, 160, (178, 182, 188))
    scene.lay(clip, slanted((800, 610), (90, 150), 0), shadow_px=8)
    card = Sheet.blank(1000, 1400, (250, 250, 252))
    card.paint.rectangle((0, 0, 1000, 260), fill=(36, 92, 132))
    card.paint.rounded_rectangle((400, 40, 600, 84), 22, fill=(44, 58, 88))
    card.write("Digital Leader", (500, 210), "sans-bold", 92, (255, 255, 255), centred=True)
    card.write("<4|Kofi Boateng>", (500, 430), "sans-bold", 96, centred=True)
    card.write("Class 6B", (500, 540), "sans", 60, centred=True)
    code = zxingcpp.create_barcode("https://login.example/token/7Q2F-90XK-441B", zxingcpp.BarcodeFormat.QRCode)
    squares = Image.fromarray(np.array(code.to_image(scale=1), np.uint8)).resize((700, 700), Image.Resampling.NEAREST)
    card.image.paste((24, 24, 28), (150, 620), squares.convert("L").point(lambda grey: 255 - grey))
    scene.lay(card, slanted((800, 1190), (800, 1130), 3, (-0.02, 0.02)), shadow_px=18, fibre=0.6)
    scene.light(0.2)
    return scene


def poster(rng: np.random.Generator) -> Scene:
    """A poster without any child's name, though four of its words are names too."""
    page = Sheet.blank(1414, 2000, (250, 214, 96))
    page.paint.ellipse((-300, 1350, 1714, 2700), fill=(96, 168, 96))
    for i in range(12):
        x = 60 + i * 120
        page.paint.polygon(((x, 120), (x + 110, 120), (x + 55, 240)), fill=hue(i / 12, 0.7, 0.9))
    page.paint.line((0, 120, 1414, 120), fill=(90, 70, 50), width=6)
    page.write("Summer Fair", (707, 480), "marker", 210, (176, 40, 60), centred=True)
    page.write("Mark your calendar!", (707, 680), "sans-bold", 96, (60, 50, 40), centred=True)
    page.write("Saturday 20 June, 1 pm", (707, 850), "sans-bold", 84, (60, 50, 40), centred=True)
    page.write("Cakes, games and a tombola", (707, 1010), "sans", 76, (60, 50, 40), centred=True)
    page.write("We hope you will come", (707, 1170), "script", 116, (60, 50, 40), centred=True)
    page.write("Please park with grace in Hope Street", (707, 1640), "sans", 58, (250, 250, 240), centred=True)
    page.write("All money goes to the library", (707, 1760), "sans", 58, (250, 250, 240), centred=True)
    scene = Scene(plaster(rng, (1700, 2200), (176, 190, 196)), rng)
    scene.lay(page, slanted((850, 1090), (1330, 1880), 2, (0.02, 0.03)), shadow_px=10)
    scene.light(0.2)
    return scene


def drawers(rng: np.random.Generator) -> Scene:
    """A drawer unit with labels, a print of a painting above it; saved as a phone's HEIC."""
    size = (2016, 1512)  # a phone's 4032 x 3024 at half size
    scene = Scene(plaster(rng, size, (226, 218, 204)), rng)
    frame = Sheet.blank(800, 1000, (90, 66, 40))
    frame.print_portrait("mona-lisa", (50, 50, 750, 950), (20, 30, 382, 495))
    scene.lay(frame, slanted((350, 700), (520, 650), -1), shadow_px=14)
    names = (
        "<12|Jack P.>",
        "<8|Amara N-R>",
        "<1|Zoë>",
        "<9|Łukasz>",
        "<14|Reuben>",
        "<7|Grace O.>",
        "<0|Niamh>",
        "<13|Aoife>",
        "<4|Kofi>",
    )
    for i, name in enumerate(names):
        x, y = 880 + 420 * (i % 3), 300 + 420 * (i // 3)
        tray = Sheet.blank(800, 760, hue(0.52 + 0.13 * (i % 3), 0.45, 0.75))
        tray.paint.rectangle((0, 0, 799, 759), outline=(70, 70, 76), width=14)
        tray.paint.rounded_rectangle((300, 560, 500, 640), 40, fill=(60, 60, 66))
        tray.paint.rectangle((90, 160, 710, 390), fill=(252, 251, 247), outline=(150, 150, 150), width=5)
        tray.write(name, (400, 310), "felt" if i in {0, 7} else "school", 108, BLUE_BLACK, centred=True, hand=rng)
        scene.lay(tray, slanted((x, y), (412, 392), 0.4), shadow_px=4)
    scene.light(0.2)
    return scene
