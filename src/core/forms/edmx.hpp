// src/core/forms/edmx.hpp: the OData metadata document of a form.
#pragma once
#include <string>

#include "core/forms/form.hpp"

namespace quire::forms {

// The types of the rows that a form's submissions have in OData, as ODK Central's $metadata tells them: an EntityType
// for each table, a ComplexType for each group. Names that become the same in OData stand there twice, as they do in
// Central.
std::string edmx_of(const Form &form);

}  // namespace quire::forms
