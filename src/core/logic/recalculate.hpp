// src/core/logic/recalculate.hpp: a submission as its form would have it: calculated and relevant anew.
#pragma once
#include <string>
#include <string_view>

#include "core/logic/form_world.hpp"
#include "core/logic/submission_document.hpp"

namespace quire::logic {

// Writes the submission that `made` was read from, with every calculated value made anew, what is not relevant left
// out, and what has become relevant put in at the end of what it belongs to. All else stays as it was written, white
// space and elements unknown to the form included. Values that change by themselves (the time, random ones) are kept
// where there are any. An evaluation that fails leaves its node as it is. `world` shows made.document, which changes.
// Throws an EvaluationFault of kind limit.
std::string recalculate(FormWorld &world, Dialect dialect, const Limits &limits, std::string_view submission,
                        SubmissionDocument &made, Poll poll);

}  // namespace quire::logic
