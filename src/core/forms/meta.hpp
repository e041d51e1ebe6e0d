// src/core/forms/meta.hpp: what a submission says of itself, whatever its form.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/support/poll.hpp"
#include "core/support/result.hpp"
#include "core/xml/scanner.hpp"

namespace quire::forms {

// Names count without prefix. What is missing or empty is null; white space is kept, references are resolved.
struct Meta {
    std::optional<std::string> form_id, form_version;  // attributes of the root, id and version
    // meta/instanceID, else instanceID directly under the root; an attribute of this name does not count.
    std::optional<std::string> instance_id;
    std::optional<std::string> deprecated_id, instance_name, device_id;  // in meta
    std::optional<std::string> local_key, encrypted_file, signature;     // of an encrypted submission
    bool encrypted = false;  // the root says so, or names the file that holds the rest
};

// Reads the envelope of a submission. Where an element stands several times, the first that holds text counts.
Result<Meta, xml::ScanFault> read_meta(std::string_view submission, Poll poll);

}  // namespace quire::forms
