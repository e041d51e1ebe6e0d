// src/core/forms/diff.cpp: two trees side by side, and which items of a repeat belong together.
#include "core/forms/diff.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

using PathStep = Difference::Step;

class Comparison {
public:
    Comparison(Difference &to, Poll poll) : to_(to), effort_(max_diff_steps, poll) {}

    // Tells the changes, or, unless it is to `tell`, just weighs them. Gives back their weight.
    std::size_t objects(const Tree &older, const Tree &newer, const PathStep *at, bool tell = true)
    {
        std::size_t weight = 0;
        effort_.spend(older.parts.size() + newer.parts.size());
        for (std::size_t i = 0; i < older.parts.size(); ++i) {
            const Tree::Part &was = older.parts[i];
            const Tree *const is = find(newer, was.name, i);
            if (is && is->digest == was.value->digest) continue;
            const std::string_view name = xml::local_name(was.name);
            if (!is || is->kind != was.value->kind || is->kind == Tree::Kind::text)
                weight += change(tell ? member(at, name) : nullptr, was.value, is);
            else if (is->kind == Tree::Kind::array)
                weight += arrays({*was.value, *is, at, name, tell});
            else
                weight += objects(*was.value, *is, tell ? member(at, name) : nullptr, tell);
        }
        for (std::size_t i = 0; i < newer.parts.size(); ++i) {
            const Tree::Part &is = newer.parts[i];
            if (!find(older, is.name, i))
                weight += change(tell ? member(at, xml::local_name(is.name)) : nullptr, nullptr, is.value);
        }
        return weight;
    }

private:
    // Members mostly stand where they stand in the other version.
    static const Tree *find(const Tree &object, std::string_view name, std::size_t likely)
    {
        if (likely < object.parts.size() && object.parts[likely].name == name) return object.parts[likely].value;
        const auto found =
            std::lower_bound(object.by_name.begin(), object.by_name.end(), name,
                             [&](std::uint32_t part, std::string_view n) { return object.parts[part].name < n; });
        return found != object.by_name.end() && object.parts[*found].name == name ? object.parts[*found].value
                                                                                  : nullptr;
    }

    // A repeat in both versions, or a run of its items that differ.
    struct Lists {
        const Tree &older, &newer;
        const PathStep *at;
        std::string_view name;
        bool tell;
    };

    std::size_t arrays(const Lists &lists)
    {
        const auto digests = [](const Tree &array) {
            std::vector<Digest> all;
            for (const Tree::Part &item : array.parts) all.push_back(item.value->digest);
            return all;
        };
        effort_.spend(lists.older.parts.size() + lists.newer.parts.size());
        std::size_t weight = 0;
        for (const Hunk &hunk : hunks(digests(lists.older), digests(lists.newer), effort_))
            weight += items(lists, hunk);
        return weight;
    }

    // The longer side's items in their order: those that have no partner on their own, the others with the next one of
    // the shorter side.
    std::size_t items(const Lists &lists, const Hunk &hunk)
    {
        const bool shrinks = hunk.removed() > hunk.added();
        const std::vector<bool> alone = without_partner(lists, hunk);
        std::size_t weight = 0;
        std::size_t o = hunk.old_begin, n = hunk.new_begin;
        for (const bool single : alone) {
            const PathStep *const step = lists.tell ? item(lists, single && !shrinks ? n : o) : nullptr;
            if (!single)
                weight += objects(*lists.older.parts[o++].value, *lists.newer.parts[n++].value, step, lists.tell);
            else if (shrinks)
                weight += change(step, lists.older.parts[o++].value, nullptr);
            else
                weight += change(step, nullptr, lists.newer.parts[n++].value);
        }
        return weight;
    }

    // Which items of the longer side are one too many: those that are least like any of the other side, by ODK
    // Central's way of choosing; the last ones, when that is too much effort.
    std::vector<bool> without_partner(const Lists &lists, const Hunk &hunk)
    {
        const bool shrinks = hunk.removed() > hunk.added();
        const std::size_t longer = std::max(hunk.removed(), hunk.added());
        const std::size_t shorter = std::min(hunk.removed(), hunk.added()), surplus = longer - shorter;
        std::vector<bool> alone(longer, false);
        std::fill(alone.begin() + static_cast<std::ptrdiff_t>(shorter), alone.end(), true);
        if (surplus == 0 || shorter == 0 || !effort_.can_afford(cost(lists, hunk))) return alone;

        struct Slot {
            std::size_t misfit, item;
        };
        std::vector<Slot> slots;
        for (std::size_t i = 0; i < longer; ++i) {
            std::size_t misfit = std::numeric_limits<std::size_t>::max();
            for (std::size_t j = 0; j < shorter; ++j) {
                if (!effort_.can_afford(1)) return alone;
                const Tree &was = *lists.older.parts[hunk.old_begin + (shrinks ? i : j)].value;
                const Tree &is = *lists.newer.parts[hunk.new_begin + (shrinks ? j : i)].value;
                misfit = std::min(misfit, objects(was, is, nullptr, false));
            }
            effort_.spend(slots.size());
            const auto slot = slots.size() < surplus
                                  ? slots.insert(slots.end(), {misfit, i})
                                  : std::find_if(slots.begin(), slots.end(),
                                                 [misfit](const Slot &held) { return held.misfit <= misfit; });
            if (slot != slots.end()) *slot = {misfit, i};
        }
        std::fill(alone.begin(), alone.end(), false);
        for (const Slot &slot : slots) alone[slot.item] = true;
        return alone;
    }

    // Of comparing all with all, but for what is inside of their members.
    static std::uint64_t cost(const Lists &lists, const Hunk &hunk)
    {
        std::uint64_t older = 0, newer = 0;
        for (std::size_t i = hunk.old_begin; i < hunk.old_end; ++i) older += lists.older.parts[i].value->parts.size();
        for (std::size_t i = hunk.new_begin; i < hunk.new_end; ++i) newer += lists.newer.parts[i].value->parts.size();
        return older * hunk.added() + newer * hunk.removed() + hunk.removed() * hunk.removed() +
               hunk.added() * hunk.added();
    }

    std::size_t change(const PathStep *path, const Tree *before, const Tree *after)
    {
        if (path) to_.changes.push_back({path, before, after});
        return (before ? before->weight : 0) + (after ? after->weight : 0);
    }
    const PathStep *member(const PathStep *above, std::string_view name)
    {
        return &to_.steps.emplace_back(PathStep{above, name, false, 0});
    }
    const PathStep *item(const Lists &lists, std::size_t index)
    {
        return &to_.steps.emplace_back(PathStep{lists.at, lists.name, true, index});
    }

    Difference &to_;
    Effort effort_;
};

}  // namespace

Result<Difference, DiffFault> diff(const Form &form, std::string_view older, std::string_view newer, Poll poll)
{
    Difference difference;
    const auto was = grow_tree(form, older, poll, difference.forest);
    if (!was.ok()) return DiffFault{false, was.fault()};
    const auto is = grow_tree(form, newer, poll, difference.forest);
    if (!is.ok()) return DiffFault{true, is.fault()};
    Comparison(difference, poll).objects(*was.value(), *is.value(), nullptr);
    return difference;
}

void write_path(const Difference::Change &change, JsonSink &json)
{
    std::vector<const PathStep *> steps;
    for (const PathStep *step = change.path; step; step = step->above) steps.push_back(step);
    std::reverse(steps.begin(), steps.end());
    json.begin_array();
    for (const PathStep *step : steps) {
        if (!step->is_item) {
            json.string(step->name);
            continue;
        }
        json.begin_array();
        json.string(step->name);
        json.number(std::to_string(step->index));
        json.end();
    }
    json.end();
}

void write_changes(const Difference &difference, JsonSink &json)
{
    json.begin_array();
    for (const auto &change : difference.changes) {
        json.begin_object();
        json.key("path");
        write_path(change, json);
        if (change.before) {
            json.key("old");
            write_tree(*change.before, json);
        }
        if (change.after) {
            json.key("new");
            write_tree(*change.after, json);
        }
        json.end();
    }
    json.end();
}

}  // namespace quire::forms
