// src/pg/models/run.hpp: running the SQL of a step.
#pragma once
#include "core/models/step.hpp"

#include "pg/support/postgres.hpp"

namespace quire::pg {

// `step 2 "quotas" of model "challenge"`, as errors name it; in the database's encoding.
std::string step_title(std::string_view model, const models::Step &step);

// Its way back; throws 0A000 when there is none.
const std::string &need_down(std::string_view model, const models::Step &step);

// Throws 42601 when the server cannot parse the step; the CONTEXT names it.
void check_syntax(const std::string &model, const models::Step &step);

// Runs SQL in UTF-8, statement by statement, with the search_path at the schema; `what` stands in the CONTEXT of
// errors, with the number and line of the statement. How many statements there were.
int run_script(const std::string &sql, const std::string &what, const char *schema);

}  // namespace quire::pg
