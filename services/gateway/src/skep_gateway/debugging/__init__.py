"""Finding out what runs did and would do: forks, replays, single nodes, comparisons."""
