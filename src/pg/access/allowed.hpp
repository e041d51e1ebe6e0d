// src/pg/access/allowed.hpp: what the planner's condition and the function that it calls agree on.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// To estimate how many rows an array of keys stands for, the planner calls the function that makes it, and looks at
// each key, in each planning. It does so with a call made up for that; the one in the plan is marked, by a form of call
// that prints like any other and that no SQL of users has with this function. To estimate, some keys will do.
inline constexpr CoercionForm call_in_a_plan = COERCE_SQL_SYNTAX;
inline constexpr std::size_t keys_shown_to_planner = 128;

}  // namespace quire::pg
