// src/core/forms/entities.hpp: the entities that the submissions of a form make, as the form declares them.
//
// A form declares an entity by an element `entity` in a `meta` block: that of the root makes one of each submission,
// that of a repeat one of each instance. The entity takes its properties from questions in what the block is in.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/forms/form.hpp"
#include "core/support/result.hpp"

namespace quire::forms {

// One declaration.
struct Dataset {
    std::string name;
    std::uint32_t container = 0;  // the node whose meta block it is in: the root, a group or a repeat
    std::uint32_t element = 0;    // the entity's own node
    bool create = false, update = false;
    bool repeats = false;                   // the container is a repeat
    std::vector<std::uint32_t> properties;  // the questions that have one, in the order of the form
};

struct DatasetFault {
    std::uint32_t node = 0;  // what is wrong
    std::string message;     // a sentence without capital and full stop, that names the node
};

// The declarations of a form, in the order of the document, or the first thing that is wrong with them.
Result<std::vector<Dataset>, DatasetFault> datasets_of(const Form &form);

// Where a declaration stands, as ODK Central writes it: "/" for the root, "/group/repeat/".
std::string dataset_path(const Form &form, const Dataset &dataset);

}  // namespace quire::forms
