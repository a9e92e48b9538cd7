"""The sample pictures with faces: portraits of public figures of history; README.md has source and licence of each."""

from __future__ import annotations

import numpy as np
from page import BIRO, BLUE_BLACK, HERE, PENCIL, Sheet, portrait
from PIL import Image, ImageFilter
from scene import Scene, cloud, cork, flat, plaster, slanted, wood


def enlarged(person: str, size: tuple[int, int], rng: np.random.Generator) -> Scene:
    """Show a portrait as a photo of its own."""
    sheet = Sheet.blank(*size)
    sheet.print_portrait(person, (0, 0, *size), (0, 0, *portrait(person).size))
    scene = Scene(flat(size, (0, 0, 0)), rng)
    scene.pixels = np.asarray(sheet.image.convert("RGB"), np.float32)
    scene.faces += sheet.faces
    return scene


def astronaut(rng: np.random.Generator) -> Scene:
    """A plain portrait."""
    return enlarged("collins", (1600, 1600), rng)


def admiral(rng: np.random.Generator) -> Scene:
    """A plain portrait; its file says EXIF orientation 6."""
    return enlarged("hopper", (1536, 1800), rng)


def group(rng: np.random.Generator) -> Scene:
    """Four people before a painted backdrop: one small, one half turned, one at the border."""
    size = (2400, 1600)
    backdrop = (
        plaster(rng, size, (122, 128, 132))
        + (cloud(rng, size, (500, 420)) * 13 + cloud(rng, size, (120, 90)) * 5)[..., None]
    )
    scene = Scene(np.asarray(backdrop, np.float32), rng)
    stand(scene, "varshney", (560, 240), 3.55, mirrored=True)
    stand(scene, "collins", (-110, 90), 2.95)
    stand(scene, "mona-lisa", (830, 690), 1.53)
    stand(scene, "hopper", (1760, 330), 2.15)
    scene.pixels *= np.array([1.02, 1.0, 0.96], np.float32)
    scene.light(0.2)
    return scene


def stand(scene: Scene, person: str, at: tuple[int, int], k: float, *, mirrored: bool = False) -> None:
    """Let a person stand in the scene, `k` times as large as the portrait, their portrait's corner `at`."""
    picture, outline = portrait(person), Image.open(HERE / "portraits" / f"{person}-outline.png").convert("L")
    size = (round(picture.width * k), round(picture.height * k))
    outline = outline.filter(ImageFilter.GaussianBlur(1.1)).resize(size, Image.Resampling.BICUBIC)
    sheet = Sheet.blank(*size)
    sheet.print_portrait(person, (0, 0, *size), (0, 0, *picture.size), mirrored=mirrored)
    sheet.image.putalpha(outline.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else outline)
    (x, y), (w, h) = at, sheet.size
    scene.lay(sheet, ((x, y), (x + w, y), (x + w, y + h), (x, y + h)), shadow_px=26, fibre=0)


def heroes_wall(rng: np.random.Generator) -> Scene:
    """A display board with framed prints of several sizes, one tilted, one cut by the border of the photo."""
    scene = Scene(cork(rng, (2200, 1650)), rng)
    banner = Sheet.blank(1240, 210, (36, 84, 126))
    banner.write("People who dared", (620, 140), "marker", 122, (250, 246, 230), centred=True)
    scene.lay(banner, slanted((1080, 190), (1240, 210), 1.2))
    prints = (
        ("collins", (420, 760), (640, 680), 2.5, (30, 0, 482, 480)),
        ("hopper", (1130, 800), (520, 640), -4, (40, 0, 480, 540)),
        ("mona-lisa", (1700, 640), (330, 430), 1, (40, 20, 362, 440)),
        ("varshney", (1640, 1230), (560, 470), -2, (60, 20, 460, 356)),
        ("collins", (2150, 720), (300, 320), 3, (100, 0, 356, 273)),
        ("hopper", (560, 1390), (330, 390), 5, (60, 0, 470, 485)),
    )
    for person, centre, (w, h), degrees, crop in prints:
        frame = Sheet.blank(w * 2, h * 2, (246, 244, 238))
        frame.print_portrait(person, (44, 44, w * 2 - 44, h * 2 - 44), crop, mirrored=person == "collins" and w < 400)
        scene.lay(frame, slanted(centre, (w, h), degrees, (0.008, 0.004)), shadow_px=9)
    card = Sheet.blank(720, 340, (226, 236, 214))
    card.write("What will you", (360, 150), "felt", 96, BLUE_BLACK, centred=True, hand=rng)
    card.write("dare to do?", (360, 270), "felt", 96, BLUE_BLACK, centred=True, hand=rng)
    scene.lay(card, slanted((1030, 1370), (470, 222), -3), shadow_px=7)
    scene.light(0.2)
    return scene


def sideways(rng: np.random.Generator) -> Scene:
    """A card about a book beside a printed portrait; `make_samples` turns the photo's pixels on their side."""
    scene = Scene(wood(rng, (2200, 1650), (182, 142, 100)), rng)
    page = Sheet.blank(1300, 1500, (252, 250, 240))
    page.write("My hero", (650, 210), "marker", 150, (36, 84, 126), centred=True)
    text = (
        "She flew the space shuttle and",
        "docked it with a space station.",
        "I want to fly too, as high",
        "as the moon and back again.",
    )
    for i, line in enumerate(text):
        page.write(line, (120, 450 + 150 * i), "school", 74, PENCIL, hand=rng)
    page.write("My name is", (120, 1130), "school", 74, PENCIL, hand=rng)
    page.write("<15|Hope Treadwell>", (160, 1320), "hand", 98, BIRO, pen_px=1, hand=rng)
    scene.lay(page, slanted((760, 850), (1130, 1300), 5, (0.03, 0.01)))
    frame = Sheet.blank(1000, 1100, (248, 246, 242))
    frame.print_portrait("collins", (50, 50, 950, 1050), (30, 0, 450, 467))
    scene.lay(frame, slanted((1710, 760), (740, 820), -7, (0.02, -0.01)))
    scene.light(0.22)
    return scene


def desk(rng: np.random.Generator) -> Scene:
    """A printed portrait and a caption card; the file is full of metadata about a child."""
    scene = Scene(wood(rng, (2000, 1500), (214, 190, 152)), rng)
    frame = Sheet.blank(1000, 1200, (248, 246, 242))
    frame.print_portrait("hopper", (50, 50, 950, 1150), (30, 0, 480, 550))
    scene.lay(frame, slanted((620, 740), (860, 1030), 4, (0.02, 0.01)))
    card = Sheet.blank(1000, 760, (255, 244, 200))
    card.write("She found a real bug", (500, 190), "school", 84, PENCIL, centred=True, hand=rng)
    card.write("in a computer: a moth!", (500, 330), "school", 84, PENCIL, centred=True, hand=rng)
    card.write("by <8|Amara Nwosu-Reid>", (500, 580), "biro", 104, BIRO, centred=True, pen_px=2, hand=rng)
    scene.lay(card, slanted((1500, 820), (800, 610), -6, (0.02, 0)))
    scene.light(0.22)
    return scene
