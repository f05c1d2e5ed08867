"""Write the plugins' tables of models, context windows and prices from the package genai-prices.

    uv run --no-project --with genai-prices==0.2.3 scripts/model_catalogue.py [plugin …]

Without names, the tables of all plugins. The package (MIT) is a dated collection of what vendors
publish. It is read when the tables are written and never at run time. What it does not know stays
unknown: a price left out is not 0.
"""

import datetime as dt
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from genai_prices import data
from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

PLUGINS: Final = Path(__file__).parents[1] / "plugins"
SOURCE: Final = "genai-prices 0.2.3 (MIT), https://github.com/pydantic/genai-prices"

# By plugin, then from our name of a provider to theirs.
TABLES: Final[dict[str, dict[str, str]]] = {
    "model-openai": {
        "openai": "openai",
        "azure": "azure",
        "baseten": "baseten",
        "cerebras": "cerebras",
        "dashscope": "",
        "deepseek": "deepseek",
        "fireworks": "fireworks",
        "groq": "groq",
        "minimax": "minimax",
        "mistral": "mistral",
        "moonshot": "moonshotai",
        "novita": "novita",
        "openrouter": "openrouter",
        "ovhcloud": "ovhcloud",
        "perplexity": "perplexity",
        "together": "together",
        "voyage": "voyageai",
        "xai": "x-ai",
        "zai": "zai",
        "zhipu": "zhipuai",
    },
    "model-anthropic": {"anthropic": "anthropic"},
    "model-gemini": {"gemini": "google"},
    "model-bedrock": {"bedrock": "aws"},
    "model-cohere": {"cohere": "cohere"},
}
# The vendors publish the size of vectors on their pages; the package does not have it.
DIMENSIONS: Final = {
    "text-embedding-3-small": 1_536,
    "text-embedding-3-large": 3_072,
    "text-embedding-ada-002": 1_536,
    "mistral-embed": 1_024,
    "codestral-embed-2505": 1_536,
    "gemini-embedding-001": 3_072,
    "voyage-3.5": 1_024,
    "voyage-3.5-lite": 1_024,
    "voyage-3-large": 1_024,
    "voyage-code-3": 1_024,
    "embed-v4.0": 1_536,
    "amazon.titan-embed-text-v1": 1_536,
    "amazon.titan-embed-text-v2:0": 1_024,
}
# So are the windows of models that the package has a price for, and no window.
WINDOWS: Final = {
    "command-a-03-2025": 256_000,
    "command-r7b-12-2024": 128_000,
    "command-r-08-2024": 128_000,
    "command-r-plus-08-2024": 128_000,
}
ONLY: Final = {
    "gemini": re.compile(r"^(gemini-[2-9]|gemini-embedding|gemma-)"),
    "bedrock": re.compile(r"^(?!.*(sonic|titan-text))"),
}
"""Where a provider's list also has what another provider offers, or what is long gone."""
DATED: Final = re.compile(r"-\d\d-20\d\d$")
"""Cohere's names. Those without a date meant older models, and are retired."""
REGIONAL: Final = "regional."
"""What the package calls a price of AWS that holds for every group of regions."""
GROUPED: Final = re.compile(r"'((?:us|eu|apac|au|jp|in|us-gov)\.)")
EVERYWHERE: Final = ("", "us.", "eu.", "apac.")
GROUPS: Final = {
    re.compile(r"^amazon\.nova-(lite|micro|pro)"): EVERYWHERE,
    re.compile(r"^(amazon\.nova-premier|deepseek|mistral\.pixtral|writer)"): ("us.",),
    re.compile(r"^meta\.llama(3-[1-3]|4)"): ("", "us."),
}
"""Where AWS calls a model by its own name, and where by that of a group of regions before it."""
EMBEDS: Final = re.compile(r"embed|^voyage-|(^|[/-])(bge|e5|gte|minilm)([-.]|$)", re.IGNORECASE)
RERANKS: Final = re.compile(r"rerank", re.IGNORECASE)
OTHER: Final = re.compile(
    r"tts|whisper|transcri|moderation|image|dall-e|sora|realtime|audio|voice|voxtral|ocr|orpheus"
    r"|davinci|babbage|curie|^ada$|live|translate|computer-use|veo|imagen|lyria|guard|safeguard"
    r"|^ft:|\.ft-|:free$|:extended$|-instruct$.*gpt-3",
    re.IGNORECASE,
)


def number(price: Any) -> float | None:
    """Return US dollars per million tokens; the first tier of a tiered price."""
    if isinstance(price, TieredPrices):
        price = price.base
    return None if price is None else float(price)


def names(provider: str, model: ModelInfo) -> Iterator[str]:
    """Yield what a vendor calls a model; the package may have one row for several names."""
    if provider == "cohere" and model.id.startswith("command"):
        yield from (
            name for name in re.findall(r"'([^']+)'", repr(model.match)) if DATED.search(name)
        )
    elif provider == "bedrock" and model.id.startswith(REGIONAL):
        name = model.id.removeprefix(REGIONAL)
        # Without groups in it, the rule is for models from before there were any.
        groups = sorted(set(GROUPED.findall(repr(model.match)))) or EVERYWHERE
        yield from (group + name for group in groups)
    elif provider == "bedrock":
        found = (groups for known, groups in GROUPS.items() if known.search(model.id))
        yield from (group + model.id for group in next(found, ("",)))
    else:
        yield model.id


def row(model: ModelInfo, name: str) -> dict[str, Any] | None:
    """Return a model as the plugin reads it, or None when it is of another kind or retired."""
    if model.deprecated or OTHER.search(model.id):
        return None
    prices = model.get_prices(dt.datetime.now(dt.UTC))
    if not isinstance(prices, ModelPrice):
        return None
    takes, gives = number(prices.input_mtok), number(prices.output_mtok)
    kind = "rerank" if RERANKS.search(model.id) else "embedding" if EMBEDS.search(model.id) else ""
    window = model.context_window or WINDOWS.get(name)
    if not kind and (takes is None or gives is None or window is None):
        return None
    found = {
        "name": name,
        "kind": kind or "chat",
        "title": model.name if model.name != model.id else None,
        "context_tokens": window,
        "dimensions": DIMENSIONS.get(name),
        "input_price": takes,
        "output_price": 0.0 if kind and gives is None and takes is not None else gives,
        "cached_input_price": number(prices.cache_read_mtok),
    }
    return {name: value for name, value in found.items() if value is not None}


def _target(package: Path) -> Path:
    """Return where a plugin keeps its table: beside its vendors when it has several."""
    several = package / "vendors"
    return (several if several.is_dir() else package) / "models.json"


def main() -> None:
    """Write one file for each plugin, or for those that are named."""
    wanted = set(sys.argv[1:]) or TABLES.keys()
    known = {provider.id: provider for provider in data.providers}
    today = dt.datetime.now(dt.UTC).date().isoformat()
    for plugin, providers in TABLES.items():
        package = PLUGINS / plugin / "src" / f"skep_{plugin.replace('-', '_')}"
        if plugin not in wanted or not package.is_dir():
            continue
        models = {
            ours: [
                found
                for model in known[theirs].models
                if ours not in ONLY or ONLY[ours].search(model.id)
                for name in names(ours, model)
                if (found := row(model, name))
            ]
            for ours, theirs in providers.items()
            if theirs
        }
        text = ",\n".join(
            f" {json.dumps(name)}: [\n"
            + ",\n".join(f"  {json.dumps(each, ensure_ascii=False)}" for each in rows)
            + "\n ]"
            for name, rows in models.items()
        )
        head = f'"source": {json.dumps(SOURCE)},\n"read_on": "{today}",\n'
        _target(package).write_text("{\n" + head + '"models": {\n' + text + "\n}}\n")
        print(plugin, {name: len(rows) for name, rows in models.items()})


if __name__ == "__main__":
    main()
