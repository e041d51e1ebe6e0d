// src/core/models/drift.hpp: how a schema differs from what its model makes.
#pragma once
#include <string>
#include <vector>

namespace quire::models {

// One fact of a schema: of an object ("column challenges.label"), an aspect ("type") has a value ("text"). What belongs
// to another object names it as its parent.
struct Fact {
    std::string object, parent, aspect, value;
    std::string also = value;  // what is as good: the same, as the server words it after a dump and restore
};

struct Finding {
    std::string object, problem;
    bool is_fault;  // else the site has added something, as it may
};

// What differs, in the order of the objects' names. Of an object that is missing or added, its parts are not told
// one by one; the order of columns is compared among those that the model makes.
std::vector<Finding> compare(std::vector<Fact> expected, std::vector<Fact> actual);

}  // namespace quire::models
