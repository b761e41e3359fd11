"""The look of the page, from the same theme as the paper's."""

from generator.theme import Theme


def theme_css(theme: Theme) -> str:
    """Return the theme's colours as CSS variables."""
    colour = theme.colour
    names = ("ink", "soft", "tint", "rule", "frame", "accent", "required", "good", "caution", "alert", "alert_tint")
    lines = [f"  --{name.replace('_', '-')}: #{getattr(colour, name)};" for name in names if hasattr(colour, name)]
    lines.append(f"  --on-accent: {_readable_on(colour.accent)};")
    return ":root {\n" + "\n".join(lines) + "\n}\n"


def _readable_on(colour: str) -> str:
    """Return white or near black, whichever is read better on a colour (WCAG's relative luminance)."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return "#fff" if luminance < 0.18 else "#1a1a1a"
