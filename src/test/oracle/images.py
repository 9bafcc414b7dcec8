"""Pictures of every kind with the pixels and tensors that Pillow and numpy make of them.

Needs Pillow 9.4 and numpy. Writes src/test/resources/org/saccade/image/:
  good/      small files of every format, mode, subsampling and orientation
  good.tsv   file, width, height, sha-256 of Pillow's RGB samples
  upright.tsv  the same after ImageOps.exif_transpose
  pixels/    Pillow's RGB samples as PNG where ours are near but not equal
  resize.tsv  hashes of random pictures in other sizes
  shared.tsv  hashes of the shared images: decoded, and as preset tensors

  python src/test/oracle/images.py [SHARED_FOLDER]
"""
import hashlib
import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps

OUT = Path("src/test/resources/org/saccade/image")
GOOD = OUT / "good"
PIXELS = OUT / "pixels"


def sha(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def scene(width, height, seed=0):
    """Gradients, edges and noise: what tells one decoder from another."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    picture = np.stack(
        [255 * x / max(width - 1, 1), 255 * y / max(height - 1, 1), 127 + 127 * np.sin(x * y / 40)],
        axis=-1,
    )
    picture[height // 4 : height // 2, width // 4 : width // 2] = (250, 10, 30)
    picture += rng.normal(0, 12, picture.shape)
    return Image.fromarray(picture.clip(0, 255).astype(np.uint8))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colour, rows, interlace=0, extra=b""):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    raw = b"".join(rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(raw))
        + chunk(b"IEND", b"")
    )


def interlaced_png(samples, depth, colour, extra=b""):
    """Adam7, which Pillow reads but does not write; samples [H, W, bytes per pixel]."""
    height, width = samples.shape[:2]
    rows = []
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    for x, y, dx, dy in passes:
        part = samples[y::dy, x::dx]
        if part.size:
            for row in part:
                rows.append(b"\0" + row.tobytes())
    return png(width, height, depth, colour, rows, 1, extra)


def packed_rows(values, bits):
    rows = []
    for row in values:
        text = "".join(format(v, f"0{bits}b") for v in row)
        text += "0" * (-len(text) % 8)
        rows.append(b"\0" + bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8)))
    return rows


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def without(jpeg, markers):
    """A JPEG without some kinds of segments before its scan."""
    out, at = jpeg[:2], 2
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
        if jpeg[at + 1] not in markers:
            out += jpeg[at:end]
        at = end
    return out + jpeg[at:]


def after_start(jpeg, data):
    return jpeg[:2] + data + jpeg[2:]


def jpeg(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def bmp(width, height, depth, compression, header_tail, rows, header_bytes=40):
    header = struct.pack("<IiiHHIIiiII", header_bytes, width, height, 1, depth, compression, 0, 0, 0, 0, 0)
    start = 14 + len(header) + len(header_tail)
    body = b"".join(rows)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + header + header_tail + body


def os2_bmp(values, palette):
    height, width = values.shape
    rows = [bytes(row) + b"\0" * (-width % 4) for row in values[::-1]]
    colours = b"".join(bytes(c) for c in palette)
    start = 14 + 12 + len(colours)
    return (
        b"BM"
        + struct.pack("<IHHI", start + sum(map(len, rows)), 0, 0, start)
        + struct.pack("<IHHHH", 12, width, height, 1, 8)
        + colours
        + b"".join(rows)
    )


def good_files():
    picture = scene(61, 43)
    grey = picture.convert("L")
    alpha = scene(61, 43, seed=3).convert("L")
    rgba = picture.copy()
    rgba.putalpha(alpha)

    # JPEG
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        yield f"jpeg-{name}.jpg", jpeg(picture, quality=85, subsampling=sampling)
    yield "jpeg-low-quality.jpg", jpeg(picture, quality=10)
    yield "jpeg-odd-17x9.jpg", jpeg(scene(17, 9), quality=90)
    yield "jpeg-1x1.jpg", jpeg(scene(1, 1), quality=90)
    yield "jpeg-progressive.jpg", jpeg(picture, quality=85, progressive=True)
    yield "jpeg-progressive-420.jpg", jpeg(picture, quality=60, progressive=True, subsampling=2)
    yield "jpeg-optimized.jpg", jpeg(picture, quality=85, optimize=True)
    yield "jpeg-grey.jpg", jpeg(grey, quality=85)
    yield "jpeg-grey-progressive.jpg", jpeg(grey, quality=85, progressive=True)
    yield "jpeg-cmyk.jpg", jpeg(picture.convert("CMYK"), quality=90)
    yield "jpeg-cmyk-without-adobe.jpg", without(jpeg(picture.convert("CMYK"), quality=90), {0xEE})
    ycck = jpeg(picture.convert("CMYK"), quality=90).replace(b"Adobe\0\x64\0\0\0\0\0", b"Adobe\0\x64\0\0\0\0\2")
    yield "jpeg-ycck.jpg", ycck
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    yield "jpeg-icc-profile.jpg", jpeg(picture, quality=85, icc_profile=profile)
    plain = jpeg(picture, quality=85, subsampling=0)
    bare = without(plain, {0xE0})
    yield "jpeg-without-jfif.jpg", bare
    yield "jpeg-adobe-rgb.jpg", after_start(bare, segment(0xEE, b"Adobe\0\x64\0\0\0\0\0"))
    yield "jpeg-adobe-ycc.jpg", after_start(bare, segment(0xEE, b"Adobe\0\x64\0\0\0\0\1"))
    yield "jpeg-jfif-and-adobe-rgb.jpg", after_start(plain, segment(0xEE, b"Adobe\0\x64\0\0\0\0\0"))
    ids = bare.replace(b"\x03\x01\x11\x00\x02\x11\x01\x03\x11\x01", b"\x03R\x11\x00G\x11\x01B\x11\x01")
    ids = ids.replace(b"\x03\x01\x00\x02\x11\x03\x11", b"\x03R\x00G\x11B\x11")
    assert ids != bare
    yield "jpeg-components-named-rgb.jpg", ids
    yield "jpeg-comment.jpg", after_start(plain, segment(0xFE, b"\xff\xd9 is not the end"))
    yield "jpeg-bytes-after-the-end.jpg", plain + b"trailing bytes \xff\xd8\xff"
    yield "jpeg-named.png", plain
    for value in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = value
        yield f"jpeg-orientation-{value}.jpg", jpeg(scene(24, 16), quality=90, exif=exif)

    # PNG
    yield "png-rgb.png", saved(picture, "PNG")
    yield "png-rgba.png", saved(rgba, "PNG")
    yield "png-grey.png", saved(grey, "PNG")
    grey_alpha = grey.copy()
    grey_alpha.putalpha(alpha)
    yield "png-grey-alpha.png", saved(grey_alpha, "PNG")
    yield "png-1-bit.png", saved(grey.convert("1"), "PNG")
    yield "png-1x1.png", saved(scene(1, 1), "PNG")
    yield "png-palette.png", saved(picture.quantize(200), "PNG")
    yield "png-palette-1-bit.png", saved(picture.quantize(2), "PNG", bits=1)
    yield "png-palette-2-bit.png", saved(picture.quantize(4), "PNG", bits=2)
    yield "png-palette-4-bit.png", saved(picture.quantize(16), "PNG", bits=4)
    yield "png-palette-transparent.png", saved(picture.quantize(50), "PNG", transparency=7)
    yield "png-palette-alphas.png", saved(picture.quantize(50), "PNG", transparency=bytes(range(0, 250, 5)))
    yield "png-rgb-transparent.png", saved(picture, "PNG", transparency=(250, 10, 30))
    yield "png-icc-profile.png", saved(picture, "PNG", icc_profile=profile)
    yield "png-named.jpg", saved(picture, "PNG")
    values = np.asarray(grey)
    yield "png-grey-2-bit.png", png(61, 43, 2, 0, packed_rows(values >> 6, 2))
    yield "png-grey-4-bit.png", png(61, 43, 4, 0, packed_rows(values >> 4, 4))
    rgb16 = (np.asarray(picture).astype(np.uint16) * 256 + 77).astype(">u2")
    yield "png-rgb-16-bit.png", png(61, 43, 16, 2, [b"\0" + row.tobytes() for row in rgb16])
    rgba16 = np.concatenate([rgb16, rgb16[..., :1]], axis=-1)
    yield "png-rgba-16-bit.png", png(61, 43, 16, 6, [b"\0" + row.tobytes() for row in rgba16])
    yield "png-grey-alpha-16-bit.png", png(61, 43, 16, 4, [b"\0" + row.tobytes() for row in rgba16[..., :2]])
    yield "png-interlaced-rgb.png", interlaced_png(np.asarray(picture), 8, 2)
    yield "png-interlaced-3x2.png", interlaced_png(np.asarray(scene(3, 2)), 8, 2)
    yield "png-interlaced-grey.png", interlaced_png(values[..., None], 8, 0)
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "png-orientation-6.png", saved(scene(24, 16), "PNG", exif=exif)

    # GIF
    quantized = picture.quantize(64)
    yield "gif.gif", saved(quantized, "GIF")
    yield "gif-grey.gif", saved(grey, "GIF")
    yield "gif-1x1.gif", saved(scene(1, 1).quantize(2), "GIF")
    yield "gif-interlaced.gif", saved(quantized, "GIF", interlace=1)
    yield "gif-transparent.gif", saved(quantized, "GIF", transparency=3)
    others = [scene(61, 43, seed=s).quantize(64) for s in (5, 6)]
    yield "gif-animated.gif", saved(quantized, "GIF", save_all=True, append_images=others, duration=50)
    flat = saved(quantized, "GIF", interlace=0)
    at = flat.index(b"\x2c\0\0\0\0" + struct.pack("<HH", 61, 43))
    yield "gif-frame-smaller-than-screen.gif", (
        flat[:6] + struct.pack("<HH", 80, 60) + flat[10:at] + b"\x2c" + struct.pack("<HH", 7, 5) + flat[at + 5 :]
    )
    yield "gif-frame-larger-than-screen.gif", flat[:6] + struct.pack("<HH", 10, 10) + flat[10:]

    # BMP
    yield "bmp-rgb.bmp", saved(picture, "BMP")
    yield "bmp-grey.bmp", saved(grey, "BMP")
    yield "bmp-1-bit.bmp", saved(grey.convert("1"), "BMP")
    yield "bmp-palette.bmp", saved(quantized, "BMP")
    yield "bmp-1x1.bmp", saved(scene(1, 1), "BMP")
    yield "bmp-32-bit.bmp", saved(rgba, "BMP")
    rows = [row.tobytes() for row in np.asarray(rgba)[..., [2, 1, 0, 3]]]
    yield "bmp-top-down.bmp", bmp(61, -43, 32, 0, b"", rows)
    wide = np.asarray(picture).astype(np.uint16)
    pad = b"\0\0"
    rgb565 = (wide[..., 0] >> 3 << 11 | wide[..., 1] >> 2 << 5 | wide[..., 2] >> 3).astype("<u2")
    masks = struct.pack("<III", 0xF800, 0x7E0, 0x1F)
    yield "bmp-565.bmp", bmp(61, 43, 16, 3, masks, [row.tobytes() + pad for row in rgb565[::-1]])
    rgb555 = (wide[..., 0] >> 3 << 10 | wide[..., 1] >> 3 << 5 | wide[..., 2] >> 3).astype("<u2")
    yield "bmp-555.bmp", bmp(61, 43, 16, 0, b"", [row.tobytes() + pad for row in rgb555[::-1]])
    yield "bmp-os2.bmp", os2_bmp(values, [(v, 255 - v, v // 2) for v in range(256)])

    # WebP without loss
    yield "webp-lossless.webp", saved(picture, "WEBP", lossless=True)
    yield "webp-lossless-alpha.webp", saved(rgba, "WEBP", lossless=True, exact=True)
    yield "webp-lossless-animated.webp", saved(
        picture, "WEBP", lossless=True, save_all=True, append_images=[scene(61, 43, 5)], duration=50
    )
    yield "webp-1x1.webp", saved(scene(1, 1), "WEBP", lossless=True)
    yield "webp-icc-profile.webp", saved(picture, "WEBP", lossless=True, icc_profile=profile)
    exif = Image.Exif()
    exif[0x0112] = 8
    yield "webp-orientation-8.webp", saved(scene(24, 16), "WEBP", lossless=True, exif=exif)


def near_files():
    """What we decode almost or on purpose not as Pillow: name, file, expected RGB."""
    y, x = np.mgrid[0:43, 0:61]
    smooth = np.stack([4 * x, 5 * y, 255 - 2 * (x + y)], axis=-1).astype(np.uint8)
    data = saved(Image.fromarray(smooth), "WEBP", quality=80)
    yield "webp-lossy-smooth.webp", data, rgb(data)
    grey = scene(61, 43).convert("L").convert("RGB")
    data = saved(grey, "WEBP", quality=80)
    yield "webp-lossy-grey.webp", data, rgb(data)
    # Pillow's convert('RGB') clips 16-bit grey at 255; the upper byte is what people see.
    rng = np.random.default_rng(1)
    deep = rng.integers(0, 65536, (43, 61)).astype(">u2")
    data = png(61, 43, 16, 0, [b"\0" + row.tobytes() for row in deep])
    high = (deep >> 8).astype(np.uint8)
    yield "png-grey-16-bit.png", data, np.stack([high] * 3, axis=-1)


def rgb(data):
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def upright(data):
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def line(name, array):
    return f"{name}\t{array.shape[1]}\t{array.shape[0]}\t{sha(array)}\n"


SIZES = [(1, 1), (3, 2), (7, 50), (24, 24), (61, 43), (64, 64), (100, 30), (227, 227), (256, 341)]


def resizes():
    """Pictures of java.util.Random's numbers in other sizes, so that no picture need be stored."""
    for seed, (width, height) in enumerate(SIZES):
        image = Image.fromarray(java_random_picture(seed, width, height))
        for new_width, new_height in SIZES + [(width, 5), (9, height)]:
            for filter_name in ("BILINEAR", "BICUBIC"):
                filter_ = getattr(Image.Resampling, filter_name)
                resized = np.asarray(image.resize((new_width, new_height), filter_))
                yield f"{seed}\t{width}\t{height}\t{new_width}\t{new_height}\t{filter_name}\t{sha(resized)}\n"


def java_random_picture(seed, width, height):
    """new Random(seed).nextBytes(...) as [height, width, 3]."""
    state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)
    out = bytearray()
    while len(out) < width * height * 3:
        state = (state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        out += struct.pack("<i", struct.unpack("<i", struct.pack("<I", state >> 16 & 0xFFFFFFFF))[0])
    return np.frombuffer(bytes(out[: width * height * 3]), np.uint8).reshape(height, width, 3)


def shortest_side(image, size):
    short, long = min(image.size), max(image.size)
    long = int(size * long / short)
    new = (size, long) if image.width <= image.height else (long, size)
    return image.resize(new, Image.Resampling.BILINEAR)


def centre_crop(image, size):
    left = int(round((image.width - size) / 2.0))
    top = int(round((image.height - size) / 2.0))
    return image.crop((left, top, left + size, top + size))


def torchvision(image):
    mean = np.array([0.485, 0.456, 0.406], np.float32)
    std = np.array([0.229, 0.224, 0.225], np.float32)
    array = np.asarray(image).astype(np.float32) / np.float32(255)
    return ((array - mean) / std).transpose(2, 0, 1)


def bgr(image, mean):
    array = np.asarray(image).astype(np.float32)[..., ::-1]
    return (array - np.array(mean, np.float32)).transpose(2, 0, 1)


def presets(image):
    """Tensors as little-endian float32 [3, H, W] by the name of the preset."""
    yield "squeezenet-bgr", bgr(
        image if image.size == (227, 227) else centre_crop(shortest_side(image, 256), 227), (104, 117, 123)
    )
    yield "caffe-bgr", bgr(centre_crop(shortest_side(image, 256), 224), (103.939, 116.779, 123.68))
    yield "torchvision-imagenet", torchvision(centre_crop(shortest_side(image, 256), 224))
    yield "torchvision-imagenet-crop", torchvision(centre_crop(image, 224))
    yield "torchvision-imagenet-squash", torchvision(image.resize((224, 224), Image.Resampling.BILINEAR))


def main():
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    for folder in (GOOD, PIXELS):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
    with open(OUT / "good.tsv", "w") as as_stored, open(OUT / "upright.tsv", "w") as turned:
        for name, data in good_files():
            (GOOD / name).write_bytes(data)
            as_stored.write(line(name, rgb(data)))
            turned.write(line(name, upright(data)))
    for name, data, expected in near_files():
        (GOOD / name).write_bytes(data)
        Image.fromarray(expected).save(PIXELS / f"{name}.png")
    with open(OUT / "resize.tsv", "w") as out:
        out.writelines(resizes())
    with open(OUT / "shared.tsv", "w") as out:
        for file in sorted((shared / "imagenet-val/images").iterdir()):
            image = Image.open(file).convert("RGB")
            hashes = [f"{name}={sha(tensor.astype('<f4'))[:16]}" for name, tensor in presets(image)]
            out.write("\t".join([file.name, sha(np.asarray(image))[:32], *hashes]) + "\n")


if __name__ == "__main__":
    main()
