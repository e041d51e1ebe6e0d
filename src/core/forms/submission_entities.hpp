// src/core/forms/submission_entities.hpp: the entities that a submission asks to create or to update.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/forms/form.hpp"
#include "core/support/poll.hpp"
#include "core/support/result.hpp"
#include "core/xml/scanner.hpp"

namespace quire::forms {

// What a submission asks for. With an error it must not be done; what is known besides is told nevertheless.
struct Entity {
    // To upsert is to update, or to create where there is none yet or no base version is given.
    enum class Action : std::uint8_t { create, update, upsert };

    std::string dataset;               // as the submission says, which need not be what the form declares; may be empty
    std::optional<std::string> id;     // a UUID in lower case
    std::optional<std::string> label;  // as written; none when it is blank, which leaves that of an update as it is
    Action action = Action::create;
    // The version that an update was made on, and for one made offline its branch and the version that this began at;
    // null when not given, or 0, which is no version.
    std::optional<std::int32_t> base_version, trunk_version;
    std::optional<std::string> branch_id;
    // Property and value, in the order of the submission. An empty value is saved as such; a property that is not there
    // is not asked about, and an update leaves it as it is.
    std::vector<std::pair<std::string, std::string>> data;
    std::optional<std::string> error;  // a sentence without capital and full stop; no value is in it
};

// The entities in the order of their declarations, those of one declaration in the order of the document. Where the
// declarations are faulty, each has this as its error. Encrypted forms have none.
Result<std::vector<Entity>, xml::ScanFault> read_submission_entities(const Form &form, std::string_view submission,
                                                                     Poll poll);

}  // namespace quire::forms
