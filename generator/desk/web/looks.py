"""The look of the page, from the same theme as the paper's."""

from generator.theme import Theme


def theme_css(theme: Theme) -> str:
    """Return the theme's colours as CSS variables."""
    colour = theme.colour
    names = ("ink", "soft", "tint", "rule", "frame", "accent", "required", "good", "caution", "alert", "alert_tint")
    lines = [f"  --{name.replace('_', '-')}: #{getattr(colour, name)};" for name in names if hasattr(colour, name)]
    return ":root {\n" + "\n".join(lines) + "\n}\n"
