"""Draws the picture at the top of the README: a wall clock and a vase on a shelf.

    python src/test/oracle/readme_picture.py pictures/clock.png
    jobs/explain --model squeezenet1_1.onnx --preprocess squeezenet-bgr \
                 --images pictures --output out --overlays overlays

The overlay of clock.png, reduced to 256 colours, is docs/fixations.png. Needs NumPy, Pillow and the
DejaVu fonts.
"""

import math
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT, FINE = 480, 360, 4
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf"
RANDOM = np.random.default_rng(7)


def wall():
    noise = sum(
        np.kron(
            RANDOM.normal(size=(HEIGHT // size + 1, WIDTH // size + 1)), np.ones((size, size))
        )[:HEIGHT, :WIDTH]
        * strength
        for size, strength in ((1, 3), (4, 3), (16, 4), (48, 6))
    )
    plaster = np.array([176, 164, 142], float) + noise[..., None]
    picture = Image.fromarray(np.clip(plaster, 0, 255).astype("uint8"))
    blurred = picture.filter(ImageFilter.GaussianBlur(0.8))
    return blurred.resize((WIDTH * FINE, HEIGHT * FINE), Image.BICUBIC)


def disc(draw, x, y, radius, colour):
    draw.ellipse([(x - radius) * FINE, (y - radius) * FINE, (x + radius) * FINE, (y + radius) * FINE], fill=colour)


def hand(draw, x, y, turn, inner, outer, width, colour=(20, 20, 20)):
    """A line on the ray at `turn` (1 is a whole turn, clockwise from 12)."""
    across, down = math.sin(math.tau * turn), -math.cos(math.tau * turn)
    draw.line(
        [(x + inner * across) * FINE, (y + inner * down) * FINE, (x + outer * across) * FINE, (y + outer * down) * FINE],
        fill=colour,
        width=width,
    )


def clock(draw, x, y, radius):
    disc(draw, x + 5, y + 7, radius + 14, (120, 112, 98))
    disc(draw, x, y, radius + 14, (60, 40, 28))
    disc(draw, x, y, radius + 4, (150, 120, 60))
    disc(draw, x, y, radius, (245, 242, 230))
    for minute in range(60):
        long = minute % 5 == 0
        hand(draw, x, y, minute / 60, radius * (0.86 if long else 0.9), radius * 0.96, 8 if long else 3)
    font = ImageFont.truetype(FONT, int(radius * 0.2 * FINE))
    for hour in range(1, 13):
        left, top, right, bottom = draw.textbbox((0, 0), str(hour), font=font)
        across, down = math.sin(math.tau * hour / 12), -math.cos(math.tau * hour / 12)
        draw.text(
            (
                (x + radius * 0.7 * across) * FINE - (right - left) / 2,
                (y + radius * 0.7 * down) * FINE - (bottom + top) / 2,
            ),
            str(hour),
            fill=(20, 20, 20),
            font=font,
        )
    hand(draw, x, y, (10 + 9 / 60) / 12, 0, radius * 0.5, 5 * FINE, (15, 15, 15))
    hand(draw, x, y, 9 / 60, 0, radius * 0.75, 14, (15, 15, 15))
    disc(draw, x, y, 5, (120, 30, 30))


def vase(draw, x, top, bottom):
    outline = [(-20, 0), (-40, -70), (-10, -110), (-18, -135), (18, -135), (10, -110), (40, -70), (20, 0)]
    draw.polygon([((x + dx) * FINE, (bottom + dy) * FINE) for dx, dy in outline], fill=(52, 92, 120))
    for flower in range(5):
        angle = -0.6 + 0.3 * flower
        head = (x + 70 * math.sin(angle), top - 80 * math.cos(angle))
        draw.line([x * FINE, top * FINE, head[0] * FINE, head[1] * FINE], fill=(60, 110, 50), width=3 * FINE)
        disc(draw, *head, 13, (200, 80 - 10 * flower, 70))
        disc(draw, *head, 5, (230, 200, 80))


def main(path):
    fine = wall()
    draw = ImageDraw.Draw(fine)
    draw.rectangle([0, 300 * FINE, WIDTH * FINE, 312 * FINE], fill=(120, 84, 52))
    draw.rectangle([0, 312 * FINE, WIDTH * FINE, HEIGHT * FINE], fill=(92, 64, 40))
    clock(draw, 170, 150, 100)
    vase(draw, 390, 165, 300)
    picture = np.asarray(fine.resize((WIDTH, HEIGHT), Image.LANCZOS)).astype(float)
    picture += RANDOM.normal(size=picture.shape) * 3
    Image.fromarray(np.clip(picture, 0, 255).astype("uint8")).save(path)


if __name__ == "__main__":
    main(sys.argv[1])
