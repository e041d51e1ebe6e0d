// src/pg/support/settings.hpp: the settings (GUCs) of quire.
#pragma once
#include <cstddef>

namespace quire::pg {

// Registers them; once, when the library is loaded.
void define_settings();

// In bytes.
std::size_t max_form_size();
std::size_t max_submission_size();
std::size_t form_cache_size();
std::size_t access_cache_size();

}  // namespace quire::pg
