// src/pg/forms/form_value.cpp: making and reading xform values, and the cache of forms.
#include "pg/forms/form_value.hpp"

#include "core/forms/parse.hpp"

#include "pg/support/call.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/settings.hpp"

namespace quire::pg {
namespace {

struct HashDigest {
    std::size_t operator()(const FormDigest &digest) const
    {
        std::size_t hash;
        std::memcpy(&hash, digest.data(), sizeof hash);
        return hash;
    }
};

// The forms read last, within quire.form_cache_size.
class Cache {
public:
    FormPointer find(const FormDigest &digest)
    {
        const auto found = places_.find(digest);
        if (found == places_.end()) return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->form;
    }

    void keep(const FormDigest &digest, const FormPointer &form)
    {
        if (places_.count(digest)) return;
        entries_.push_front({digest, form, form->bytes()});
        places_.emplace(digest, entries_.begin());
        size_ += entries_.front().bytes;
        while (size_ > form_cache_size() && !entries_.empty()) {
            size_ -= entries_.back().bytes;
            places_.erase(entries_.back().digest);
            entries_.pop_back();
        }
    }

private:
    struct Entry {
        FormDigest digest;
        FormPointer form;
        std::size_t bytes;
    };
    std::list<Entry> entries_;
    std::unordered_map<FormDigest, std::list<Entry>::iterator, HashDigest> places_;
    std::size_t size_ = 0;
};

Cache &cache()
{
    static Cache forms;
    return forms;
}

FormDigest digest_of(std::string_view xml)
{
    std::array<unsigned char, PG_SHA256_DIGEST_LENGTH> whole;
    const bool done = call([&] {
        pg_cryptohash_ctx *const context = pg_cryptohash_create(PG_SHA256);
        const bool ok = context && pg_cryptohash_init(context) >= 0 &&
                        pg_cryptohash_update(context, reinterpret_cast<const uint8 *>(xml.data()), xml.size()) >= 0 &&
                        pg_cryptohash_final(context, whole.data(), whole.size()) >= 0;
        pg_cryptohash_free(context);
        return ok;
    });
    if (!done) throw std::bad_alloc();
    FormDigest digest;
    std::copy_n(whole.begin(), digest.size(), digest.begin());
    return digest;
}

[[noreturn]] void refuse_form(const forms::FormFault &fault)
{
    using Kind = forms::FormFault::Kind;
    const std::string where = "Line " + std::to_string(fault.line) + ": ";
    const std::string detail = where + fault.message + (fault.detail.empty() ? "." : ": " + fault.detail + ".");
    switch (fault.kind) {
        case Kind::ill_formed:
            throw Error(ERRCODE_INVALID_XML_CONTENT, "invalid XForm: not a well-formed XML document")
                .detail(detail)
                .of_input();
        case Kind::too_large:
            throw Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "the XForm is too large").detail(detail).of_input();
        case Kind::not_a_form: break;
    }
    throw Error(ERRCODE_INVALID_TEXT_REPRESENTATION, "invalid XForm")
        .detail(detail)
        .hint("A form is <h:html> with <h:head> and <h:body>, as pyxform writes it; see docs/forms.md.")
        .of_input();
}

FormPointer read_form(const FormDigest &digest, std::string_view xml)
{
    if (auto known = cache().find(digest)) return known;
    auto form = forms::parse_form(to_utf8(xml));
    if (!form.ok()) refuse_form(form.fault());
    auto made = std::make_shared<const forms::Form>(std::move(form).value());
    cache().keep(digest, made);
    return made;
}

}  // namespace

Datum make_form_value(std::string_view xml)
{
    if (xml.size() > max_form_size())
        throw Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "the XForm is too large")
            .detail("It has more bytes than quire.max_form_size allows.")
            .of_input();
    const FormDigest digest = digest_of(xml);
    read_form(digest, xml);
    Datum value;
    char *const content = make_varlena(digest.size() + xml.size(), value);
    std::memcpy(content, digest.data(), digest.size());
    xml.copy(content + digest.size(), xml.size());
    return value;
}

std::string_view form_xml(Datum value)
{
    return text_of(value).substr(sizeof(FormDigest));
}

const FormPointer &FormMemo::get(Datum datum)
{
    auto *const value = reinterpret_cast<varlena *>(DatumGetPointer(datum));
    if (!VARATT_IS_EXTERNAL_ONDISK(value)) return get_by_digest(value);

    varatt_external pointer;
    VARATT_EXTERNAL_GET_POINTER(pointer, value);
    for (const Stored &stored : stored_)
        if (stored.form && std::memcmp(&stored.pointer, &pointer, sizeof pointer) == 0) return stored.form;
    Stored &stored = stored_[next_++ % remembered];
    stored = {pointer, get_by_digest(value)};
    return stored.form;
}

const FormPointer &FormMemo::get_by_digest(varlena *value)
{
    const bool stored_elsewhere = VARATT_IS_EXTENDED(value) && !VARATT_IS_SHORT(value);
    varlena *const head =
        stored_elsewhere ? call([&] { return detoast_attr_slice(value, 0, sizeof(FormDigest)); }) : value;
    if (form_ && std::memcmp(VARDATA_ANY(head), digest_.data(), digest_.size()) == 0) return form_;

    FormDigest digest;
    std::memcpy(digest.data(), VARDATA_ANY(head), digest.size());
    FormPointer form = cache().find(digest);
    if (!form) form = read_form(digest, form_xml(PointerGetDatum(value)));
    form_ = std::move(form);
    digest_ = digest;
    return form_;
}

const forms::Form &form_argument(Args &args, int argument)
{
    return *per_call_site<FormMemo>(args.fcinfo(), [] { return FormMemo(); }).get(args.datum(argument));
}

std::string_view submission_argument(Args &args, int argument)
{
    const std::string_view text = any_submission_argument(args, argument);
    if (is_too_large(text))
        throw Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "the submission is too large")
            .detail("It has more bytes than quire.max_submission_size allows.");
    return text;
}

std::string_view any_submission_argument(Args &args, int argument)
{
    return to_utf8(args.text(argument));
}

bool is_too_large(std::string_view submission)
{
    return submission.size() > max_submission_size();
}

void refuse_submission(std::string_view submission, const xml::ScanFault &fault)
{
    throw Error(ERRCODE_INVALID_XML_CONTENT, "the submission is not a well-formed XML document")
        .detail("Line " + std::to_string(xml::line_at(submission, fault.at)) + ": " + fault.message + ".");
}

}  // namespace quire::pg
