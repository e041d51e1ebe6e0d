// test/fuzz/stamp_fuzz.cpp: what is read as a stamp is one, to the letter.
#include "core/models/stamp.hpp"

#include "core/models/step.hpp"
#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view body(reinterpret_cast<const char *>(data), size);
    if (const auto stamp = quire::models::read_stamp(body)) {
        quire::fuzz::must(quire::models::is_model_name(stamp->model), "the model has a model's name");
        quire::fuzz::must(stamp->digests.size() == static_cast<std::size_t>(stamp->version),
                          "each step has its digest");
        quire::fuzz::must(quire::models::read_stamp(quire::models::write_stamp(*stamp)).has_value(),
                          "it can be written again");
    }
    (void)quire::models::read_step("0001-a.sql", body);
    return 0;
}
