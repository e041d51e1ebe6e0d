// src/core/forms/diff.hpp: what changed from one version of a submission to the next, as ODK Central tells it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "core/forms/form.hpp"
#include "core/forms/tree.hpp"
#include "core/support/json.hpp"
#include "core/support/poll.hpp"
#include "core/support/result.hpp"
#include "core/xml/scanner.hpp"

namespace quire::forms {

struct Difference {
    // A member of an object by its name without prefix, or an item of an array.
    struct Step {
        const Step *above;
        std::string_view name;
        bool is_item;
        std::size_t index;  // of an item, from 0: in the older version, but where only the newer has it
    };
    struct Change {
        const Step *path;
        const Tree *before, *after;  // null where it is missing
    };

    std::vector<Change> changes;

    Forest forest;
    std::deque<Step> steps;
};

struct DiffFault {
    bool in_newer;
    xml::ScanFault fault;
};

// Differences of repeats are looked for this hard, which takes a second at most. Items that are not told apart by then
// are paired by position, which may tell more changes than needed, but all there are.
inline constexpr std::uint64_t max_diff_steps = 50'000'000;

// The changes, in the order of the older version, then of the newer. Texts are compared as they are. The items of a
// repeat are compared by what they hold, so that one that was added or removed does not change those after it; where
// other than as many were taken away as put in its place, those that are least alike count as added or removed. The
// submissions must outlive the difference.
Result<Difference, DiffFault> diff(const Form &form, std::string_view older, std::string_view newer, Poll poll);

// ["group", ["repeat", 0], "question"]
void write_path(const Difference::Change &change, JsonSink &json);
// [{"path": …, "old": …, "new": …}, …], without what is missing
void write_changes(const Difference &difference, JsonSink &json);

}  // namespace quire::forms
