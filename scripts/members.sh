# The workspace members, as the root pyproject.toml lists them. Sourced by the scripts beside it.
# shellcheck shell=sh

# Folders, one a line.
member_folders() {
    for file in contracts runtime inference testing cli services/* plugins/*; do
        [ -f "$file/pyproject.toml" ] && printf '%s\n' "$file"
    done
    return 0
}

# Distribution names, one a line.
member_names() {
    member_folders | while read -r folder; do
        sed -n 's/^name = "\(.*\)"$/\1/p' "$folder/pyproject.toml" | head -n 1
    done
}
