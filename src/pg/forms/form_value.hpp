// src/pg/forms/form_value.hpp: values of the type quire.xform, and the forms that this session has read.
#pragma once
#include "core/forms/form.hpp"
#include "core/xml/scanner.hpp"

#include "pg/support/args.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

using FormPointer = std::shared_ptr<const forms::Form>;

// What a value of type xform is made of: a varlena with a digest of the XML, then the XML, in the database's encoding.
// The digest tells forms apart without fetching the rest of a value that is stored out of line.
using FormDigest = std::array<unsigned char, 16>;

// A value of this XML; throws 2200N or 22P02, with the line, when it is no form.
Datum make_form_value(std::string_view xml);

// The XML of a value, in the database's encoding.
std::string_view form_xml(Datum value);

// The form that a place in a statement got last; it is asked for once a row, and is nearly always the same.
class FormMemo {
public:
    // Valid until the next call.
    const FormPointer &get(Datum value);

private:
    static constexpr std::size_t remembered = 8;
    struct Stored {
        varatt_external pointer;
        FormPointer form;
    };
    const FormPointer &get_by_digest(varlena *value);

    FormDigest digest_{};
    FormPointer form_;
    // Of values out of line: where they are stored tells them apart as well, and costs nothing to look at.
    std::array<Stored, remembered> stored_{};
    std::size_t next_ = 0;
};

// The form of an argument, for functions that keep nothing else between calls.
const forms::Form &form_argument(Args &args, int argument);

// A submission's text, in UTF-8; throws 54000 when it is larger than quire.max_submission_size.
std::string_view submission_argument(Args &args, int argument);
// The same whatever its size, for who goes on without it where is_too_large() says so.
std::string_view any_submission_argument(Args &args, int argument);
bool is_too_large(std::string_view submission);

// "The submission is not a well-formed XML document", with the line. Throws it.
[[noreturn]] void refuse_submission(std::string_view submission, const xml::ScanFault &fault);

}  // namespace quire::pg
