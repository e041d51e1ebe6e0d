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
std::size_t max_password_memory();
std::size_t max_password_work();
std::size_t max_evaluation_memory();
std::size_t max_inflate();
std::size_t access_cache_size();

// In KiB.
int argon2_memory();

int argon2_iterations();
int argon2_parallelism();
int max_pbkdf2_iterations();
int max_bcrypt_cost();
std::size_t max_evaluation_steps();
bool sends_notifications();

}  // namespace quire::pg
