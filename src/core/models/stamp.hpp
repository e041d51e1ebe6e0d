// src/core/models/stamp.hpp: which version of which model a schema holds, as the body of a function in that schema.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quire::models {

// The stamp is DDL, so that a dump of the schema alone carries it; and its type is the extension's, so that the
// extension cannot be dropped from under the model.
struct Stamp {
    std::string model;
    int version = 0;
    std::vector<std::string> digests;  // of each step taken, from the first
};

// The body of an SQL function that returns the stamp.
std::string write_stamp(const Stamp &stamp);

// Reads such a body; nothing when it was not written by write_stamp. The function itself is never run: in a schema of
// somebody else it may say anything.
std::optional<Stamp> read_stamp(std::string_view body);

}  // namespace quire::models
