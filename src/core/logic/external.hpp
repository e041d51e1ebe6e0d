// src/core/logic/external.hpp: data from beside a form, as the instances that its expressions look into.
#pragma once
#include <string>
#include <string_view>

#include "core/logic/document.hpp"
#include "core/support/poll.hpp"
#include "core/support/result.hpp"

namespace quire::logic {

// Reads XML, GeoJSON (a FeatureCollection) or CSV, told apart by their first character. Rows and features become
// root/item, with an element for each column or property. The text must outlive the document.
Result<bool> read_external(std::string_view text, const Names &names, Document &document, Poll poll);

}  // namespace quire::logic
