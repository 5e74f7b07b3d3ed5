"""CSS colours: parsing, contrast, CIELAB difference (also for colour-blind people), distinct colours for classes.

A colour has low contrast below 3 : 1 with the page (WCAG 2 for non-text). Two colours are hard to distinguish below a
CIELAB difference of 10, for normal vision or deuteranopia (Machado, Oliveira and Fernandes 2009).
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PAGES = {"light": "#ffffff", "dark": "#12151a"}
LEAST_CONTRAST = 3.0
LEAST_DIFFERENCE = 10.0
LEVELS = range(0, 256, 17)  # of red, green and blue of the candidates of `distinct`
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
NO_GREEN = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
)
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([-0-9.,%/ deg]{5,50})\)", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))(%|deg)?", re.IGNORECASE)


class Colored(Protocol):
    """An object with a name and a colour."""

    @property
    def name(self) -> str: ...
    @property
    def color(self) -> str: ...


def parse(color: str) -> tuple[int, int, int] | None:
    """Red, green and blue, 0 to 255, of a CSS colour (a name, ``#rgb`` to ``#rrggbbaa``, ``rgb(…)``, ``hsl(…)``);
    None for any other text. Opacity is ignored."""
    text = color.strip().lower()
    if text in NAMES:
        text = f"#{NAMES[text]}"
    if re.fullmatch(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", text):
        digits = text[1:] if len(text) > 5 else "".join(digit * 2 for digit in text[1:])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    match = _FUNCTION.fullmatch(text)
    return _function(match[1], match[2]) if match else None


def _function(name: str, arguments: str) -> tuple[int, int, int] | None:
    parts = [part for part in re.split(r"[\s,/]+", arguments.strip()) if part]
    values = [match for part in parts if (match := _NUMBER.fullmatch(part))]
    if len(values) != len(parts) or len(parts) not in {3, 4}:
        return None
    numbers = [float(match[1]) for match in values]
    units = [match[2] or "" for match in values]
    if name == "hsl":
        if units[1:3] != ["%", "%"] or units[0] == "%":
            return None
        hue, saturation, lightness = numbers[0] % 360 / 360, _share(numbers[1]), _share(numbers[2])
        red, green, blue = colorsys.hls_to_rgb(hue, lightness, saturation)
        return round(red * 255), round(green * 255), round(blue * 255)
    if "deg" in units:
        return None
    whole = [
        value * 2.55 if unit == "%" else value for value, unit in zip(numbers[:3], units[:3], strict=True)
    ]
    red, green, blue = (round(min(255.0, max(0.0, value))) for value in whole)
    return red, green, blue


def _share(percent: float) -> float:
    return min(1.0, max(0.0, percent / 100))


def hex_of(color: str) -> str:
    """A CSS colour as ``#rrggbb``; grey if invalid."""
    rgb = parse(color)
    return "#888888" if rgb is None else "#{:02x}{:02x}{:02x}".format(*rgb)


@cache
def ink_on(color: str) -> str:
    """Black or white, whichever has more contrast on ``color``."""
    luminance = _luminance(_linear([hex_of(color)]))[0]
    dark = _luminance(_linear(["#111111"]))[0]
    return "#111" if (luminance + 0.05) / (dark + 0.05) > 1.05 / (luminance + 0.05) else "#fff"


def problem(color: str, others: Sequence[Colored]) -> str:
    """Why ``color`` has low contrast or resembles one of ``others``, without a full stop; "" for a good colour."""
    for page in PAGES:
        if not _readable(_linear([hex_of(color)]), page)[0]:
            return f"This colour is hard to see on the {page} page"
    if not others:
        return ""
    seen, blind = _differences([hex_of(color)], [hex_of(other.color) for other in others])
    if np.any(seen < LEAST_DIFFERENCE):
        return f"This colour is hard to tell from “{others[int(np.argmax(seen[0] < LEAST_DIFFERENCE))].name}”"
    if np.any(blind < LEAST_DIFFERENCE):
        return f"Colour-blind people cannot tell this from “{others[int(np.argmax(blind[0] < LEAST_DIFFERENCE))].name}”"
    return ""


def better(others: Iterable[str], palette: Sequence[str]) -> str:
    """A readable colour distinct from ``others``: of the palette if possible, else :func:`distinct`."""
    used = [hex_of(color) for color in others]
    if not used:
        return palette[0]
    apart = np.minimum(*_differences(palette, used)).min(axis=1)
    free = np.flatnonzero(apart >= LEAST_DIFFERENCE)
    return palette[int(free[0])] if free.size else distinct(used)


def distinct(used: Iterable[str]) -> str:
    """The colour readable on both pages with the largest difference from ``used``."""
    candidates = _candidates()
    others = list(dict.fromkeys(hex_of(color) for color in used))
    if not others:
        return candidates[0]
    apart = np.minimum(*_differences(candidates, others)).min(axis=1)
    return candidates[int(np.argmax(apart))]


@cache
def _candidates() -> tuple[str, ...]:
    grid = [f"#{red:02x}{green:02x}{blue:02x}" for red in LEVELS for green in LEVELS for blue in LEVELS]
    linear = _linear(grid)
    readable = np.all([_readable(linear, page) for page in PAGES], axis=0)
    return tuple(color for color, good in zip(grid, readable, strict=True) if good)


def _linear(colors: Sequence[str]) -> Floats:
    """Linear light of ``#rrggbb`` colours, shape (n, 3)."""
    packed = np.array([int(color[1:], 16) for color in colors])
    values = np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _luminance(linear: Floats) -> Floats:
    return np.asarray(linear @ TO_XYZ[1])


def _readable(linear: Floats, page: str) -> NDArray[np.bool_]:
    one, other = _luminance(linear), _luminance(_linear([PAGES[page]]))
    light, dark = np.maximum(one, other), np.minimum(one, other)
    return np.asarray((light + 0.05) / (dark + 0.05) >= LEAST_CONTRAST)


def _lab(linear: Floats) -> Floats:
    parts = np.clip(linear, 0, 1) @ TO_XYZ.T / TO_XYZ.sum(axis=1)
    x, y, z = np.where(parts > 0.008856, np.cbrt(parts), 7.787 * parts + 16 / 116).T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def _differences(colors: Sequence[str], others: Sequence[str]) -> tuple[Floats, Floats]:
    """CIELAB differences between all pairs, shape (n, m): for normal vision, and for deuteranopia."""
    one, other = _linear(colors), _linear(others)
    seen = _lab(one)[:, None] - _lab(other)[None]
    blind = _lab(one @ NO_GREEN.T)[:, None] - _lab(other @ NO_GREEN.T)[None]
    return np.linalg.norm(seen, axis=2), np.linalg.norm(blind, axis=2)


# CSS Color Module Level 4, named colours.
_NAMED = """
    aliceblue:f0f8ff antiquewhite:faebd7 aqua:00ffff aquamarine:7fffd4 azure:f0ffff beige:f5f5dc
    bisque:ffe4c4 black:000000 blanchedalmond:ffebcd blue:0000ff blueviolet:8a2be2 brown:a52a2a
    burlywood:deb887 cadetblue:5f9ea0 chartreuse:7fff00 chocolate:d2691e coral:ff7f50 cornflowerblue:6495ed
    cornsilk:fff8dc crimson:dc143c cyan:00ffff darkblue:00008b darkcyan:008b8b darkgoldenrod:b8860b
    darkgray:a9a9a9 darkgreen:006400 darkgrey:a9a9a9 darkkhaki:bdb76b darkmagenta:8b008b
    darkolivegreen:556b2f darkorange:ff8c00 darkorchid:9932cc darkred:8b0000 darksalmon:e9967a
    darkseagreen:8fbc8f darkslateblue:483d8b darkslategray:2f4f4f darkslategrey:2f4f4f darkturquoise:00ced1
    darkviolet:9400d3 deeppink:ff1493 deepskyblue:00bfff dimgray:696969 dimgrey:696969 dodgerblue:1e90ff
    firebrick:b22222 floralwhite:fffaf0 forestgreen:228b22 fuchsia:ff00ff gainsboro:dcdcdc ghostwhite:f8f8ff
    gold:ffd700 goldenrod:daa520 gray:808080 green:008000 greenyellow:adff2f grey:808080 honeydew:f0fff0
    hotpink:ff69b4 indianred:cd5c5c indigo:4b0082 ivory:fffff0 khaki:f0e68c lavender:e6e6fa
    lavenderblush:fff0f5 lawngreen:7cfc00 lemonchiffon:fffacd lightblue:add8e6 lightcoral:f08080
    lightcyan:e0ffff lightgoldenrodyellow:fafad2 lightgray:d3d3d3 lightgreen:90ee90 lightgrey:d3d3d3
    lightpink:ffb6c1 lightsalmon:ffa07a lightseagreen:20b2aa lightskyblue:87cefa lightslategray:778899
    lightslategrey:778899 lightsteelblue:b0c4de lightyellow:ffffe0 lime:00ff00 limegreen:32cd32 linen:faf0e6
    magenta:ff00ff maroon:800000 mediumaquamarine:66cdaa mediumblue:0000cd mediumorchid:ba55d3
    mediumpurple:9370db mediumseagreen:3cb371 mediumslateblue:7b68ee mediumspringgreen:00fa9a
    mediumturquoise:48d1cc mediumvioletred:c71585 midnightblue:191970 mintcream:f5fffa mistyrose:ffe4e1
    moccasin:ffe4b5 navajowhite:ffdead navy:000080 oldlace:fdf5e6 olive:808000 olivedrab:6b8e23
    orange:ffa500 orangered:ff4500 orchid:da70d6 palegoldenrod:eee8aa palegreen:98fb98 paleturquoise:afeeee
    palevioletred:db7093 papayawhip:ffefd5 peachpuff:ffdab9 peru:cd853f pink:ffc0cb plum:dda0dd
    powderblue:b0e0e6 purple:800080 rebeccapurple:663399 red:ff0000 rosybrown:bc8f8f royalblue:4169e1
    saddlebrown:8b4513 salmon:fa8072 sandybrown:f4a460 seagreen:2e8b57 seashell:fff5ee sienna:a0522d
    silver:c0c0c0 skyblue:87ceeb slateblue:6a5acd slategray:708090 slategrey:708090 snow:fffafa
    springgreen:00ff7f steelblue:4682b4 tan:d2b48c teal:008080 thistle:d8bfd8 tomato:ff6347 turquoise:40e0d0
    violet:ee82ee wheat:f5deb3 white:ffffff whitesmoke:f5f5f5 yellow:ffff00 yellowgreen:9acd32
"""
NAMES = {name: digits for name, _, digits in (pair.partition(":") for pair in _NAMED.split())}
