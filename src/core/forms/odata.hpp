// src/core/forms/odata.hpp: rows of a submission as ODK Central's OData service gives them.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "core/forms/contents.hpp"
#include "core/forms/form.hpp"
#include "core/support/json.hpp"

namespace quire::forms {

struct ODataOptions {
    std::string instance_id;                 // the submission's own when empty
    bool expand = false;                     // repeats as arrays beside their links
    bool wkt = false;                        // geometries as WKT instead of GeoJSON
    std::function<void(JsonSink &)> system;  // writes the value of the root's __system; may be empty
};

// Writes one row: an answer for each question of its table, in the groups that they are in.
void write_odata_row(const Form &form, const Contents &contents, const Contents::Row &row, const ODataOptions &options,
                     JsonSink &json);

}  // namespace quire::forms
