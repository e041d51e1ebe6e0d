// src/core/forms/tree.hpp: a submission as a tree that can be compared with another.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/forms/form.hpp"
#include "core/support/hunks.hpp"
#include "core/support/json.hpp"
#include "core/support/poll.hpp"
#include "core/support/result.hpp"
#include "core/xml/scanner.hpp"

namespace quire::forms {

// A submission as the form divides it: a group is an object, the instances of a repeat are an array of objects, and any
// other element is a text, with all that is written inside it. Where a group or a text stands several times in one
// parent, the last one counts.
struct Tree {
    enum class Kind : std::uint8_t { text, object, array };
    struct Part {
        std::string_view name;  // as the submission writes it; of an array's item: empty
        const Tree *value;
    };
    Kind kind = Kind::text;
    std::string_view text;
    std::vector<Part> parts;             // in the order of the document
    std::vector<std::uint32_t> by_name;  // of an object: the same, sorted
    std::size_t weight = 1;              // of a text; else what its parts weigh, and one more for each
    Digest digest{};
};

// What trees are made of, and texts that are not written in a submission as they are.
struct Forest {
    std::deque<Tree> trees;
    std::deque<std::string> texts;
};

// The object that the root element is. The submission and the forest must outlive it.
Result<const Tree *, xml::ScanFault> grow_tree(const Form &form, std::string_view submission, Poll poll, Forest &in);

void write_tree(const Tree &tree, JsonSink &json);

}  // namespace quire::forms
