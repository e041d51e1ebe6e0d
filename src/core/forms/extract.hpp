// src/core/forms/extract.hpp: a whole submission as typed JSON.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/forms/contents.hpp"
#include "core/forms/form.hpp"
#include "core/support/json.hpp"

namespace quire::forms {

// An answer that is not what its question asks for.
struct Problem {
    std::uint32_t node;
    std::vector<std::uint32_t> position;  // the numbers of the repeats around it
    std::string message;                  // what was expected; never the answer
};

// What an answer of this kind should have been: "an integer".
std::string_view expected_value(Value value);

struct ExtractOptions {
    enum class Names { nested, flat };
    enum class Geo { geojson, wkt, text };
    enum class Repeats { inline_rows, links };
    Names names = Names::nested;
    Geo geo = Geo::geojson;
    Repeats repeats = Repeats::inline_rows;
    std::string instance_id;  // for links; the submission's own when empty
};

// Writes one answer, which is not empty, by its kind; false, and nothing written, when it is not of that kind.
bool write_value(Value value, bool select_multiple, std::string_view text, ExtractOptions::Geo geo, JsonSink &json);

// Writes the submission as one object: groups as objects, repeats as arrays, what has no answer as null, an answer that
// is not of its type as null and a problem. With problems, a last member __problems tells them.
std::vector<Problem> write_extract(const Form &form, const Contents &contents, const ExtractOptions &options,
                                   JsonSink &json);

// [{"path": …, "position": […], "message": …}, …]
void write_problems(const Form &form, const std::vector<Problem> &problems, JsonSink &json);

}  // namespace quire::forms
