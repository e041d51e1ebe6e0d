// src/core/forms/parse.hpp: from the text of an XForm to a form.
#pragma once
#include <string_view>

#include "core/forms/definition.hpp"
#include "core/forms/form.hpp"
#include "core/support/result.hpp"

namespace quire::forms {

// Reads a form definition, in UTF-8. White space before the XML declaration is passed over. Throws std::bad_alloc.
Result<Form, FormFault> parse_form(std::string_view xml);

}  // namespace quire::forms
