// src/core/forms/edmx.cpp: writing the metadata document.
#include "core/forms/edmx.hpp"

#include <string_view>

#include "core/forms/identity.hpp"
#include "core/forms/names.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

// What the documents of all forms have in common: what each submission has besides its answers.
constexpr std::string_view head = R"(<?xml version="1.0" encoding="UTF-8"?>
<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">
  <edmx:DataServices>
    <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="org.opendatakit.submission">
      <ComplexType Name="metadata">
        <Property Name="submissionDate" Type="Edm.DateTimeOffset"/>
        <Property Name="updatedAt" Type="Edm.DateTimeOffset"/>
        <Property Name="deletedAt" Type="Edm.DateTimeOffset"/>
        <Property Name="submitterId" Type="Edm.String"/>
        <Property Name="submitterName" Type="Edm.String"/>
        <Property Name="attachmentsPresent" Type="Edm.Int64"/>
        <Property Name="attachmentsExpected" Type="Edm.Int64"/>
        <Property Name="status" Type="org.opendatakit.submission.Status"/>
        <Property Name="reviewState" Type="org.opendatakit.submission.ReviewState"/>
        <Property Name="deviceId" Type="Edm.String"/>
        <Property Name="edits" Type="Edm.Int64"/>
        <Property Name="formVersion" Type="Edm.String"/>
      </ComplexType>
      <EnumType Name="Status">
        <Member Name="notDecrypted"/>
        <Member Name="missingEncryptedFormData"/>
      </EnumType>
      <EnumType Name="ReviewState">
        <Member Name="hasIssues"/>
        <Member Name="edited"/>
        <Member Name="rejected"/>
        <Member Name="approved"/>
      </EnumType>
    </Schema>
    <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace=")";

// What the service can do with submissions, up to the questions that it cannot filter by, and from there on.
constexpr std::string_view abilities = R"(
          <Annotation Term="Org.OData.Capabilities.V1.ConformanceLevel"
                      EnumMember="Org.OData.Capabilities.V1.ConformanceLevelType/Minimal"/>
          <Annotation Term="Org.OData.Capabilities.V1.BatchSupported" Bool="false"/>
          <Annotation Term="Org.OData.Capabilities.V1.CountRestrictions">
            <Record><PropertyValue Property="Countable" Bool="true"/></Record>
          </Annotation>
          <Annotation Term="Org.OData.Capabilities.V1.FilterFunctions">
            <Record>
              <PropertyValue Property="NonCountableProperties">
                <Collection>
                  <String>eq</String>
                </Collection>
              </PropertyValue>
            </Record>
          </Annotation>
          <Annotation Term="Org.OData.Capabilities.V1.FilterFunctions">
            <Record>
              <PropertyValue Property="Filterable" Bool="true"/>
              <PropertyValue Property="RequiresFilter" Bool="false"/>
              <PropertyValue Property="NonFilterableProperties">
                <Collection>)";
constexpr std::string_view more_abilities = R"(
                </Collection>
              </PropertyValue>
            </Record>
          </Annotation>
          <Annotation Term="Org.OData.Capabilities.V1.SortRestrictions">
            <Record><PropertyValue Property="Sortable" Bool="false"/></Record>
          </Annotation>
          <Annotation Term="Org.OData.Capabilities.V1.ExpandRestrictions">
            <Record><PropertyValue Property="Expandable" Bool="false"/></Record>
          </Annotation>)";

// As rows have the values: by the exact names of types, in whose other spellings values stay text.
std::string_view type_of(const Node &node)
{
    static constexpr std::pair<std::string_view, std::string_view> types[] = {{"int", "Edm.Int64"},
                                                                              {"decimal", "Edm.Decimal"},
                                                                              {"boolean", "Edm.Boolean"},
                                                                              {"date", "Edm.Date"},
                                                                              {"dateTime", "Edm.DateTimeOffset"},
                                                                              {"geopoint", "Edm.GeographyPoint"},
                                                                              {"geotrace", "Edm.GeographyLineString"},
                                                                              {"geoshape", "Edm.GeographyPolygon"}};
    for (const auto &[type, odata] : types)
        if (node.type == type) return odata;
    return "Edm.String";
}

class Writer {
public:
    // A form without id has no place in a service; its namespace needs a name all the same.
    explicit Writer(const Form &form)
        : form_(form), id_(form.id.value_or(form[Form::root].name)), schema_("org.opendatakit.user." + odata_name(id_))
    {
    }

    std::string write()
    {
        add(head, schema_, "\">");
        for (const std::uint32_t table : form_.tables) add_table(table);
        for (std::uint32_t node = 1; node < form_.nodes.size(); ++node)
            if (form_[node].kind == Node::Kind::group) add_group(node);
        add("\n      <EntityContainer Name=\"");
        add_escaped(id_);
        add("\">");
        for (const std::uint32_t table : form_.tables) add_set(table);
        add("\n      </EntityContainer>\n    </Schema>\n  </edmx:DataServices>\n</edmx:Edmx>\n");
        return std::move(text_);
    }

private:
    void add_table(std::uint32_t table)
    {
        add("\n      <EntityType Name=\"", odata_table_name(form_, table), "\">");
        add("\n        <Key><PropertyRef Name=\"__id\"/></Key>");
        add_property("__id", "Edm.String");
        if (table == Form::root)
            add_property("__system", "org.opendatakit.submission.metadata");
        else
            add_property(parent_key(form_, table), "Edm.String");
        add_children(table);
        add("\n      </EntityType>");
    }

    void add_group(std::uint32_t group)
    {
        add("\n      <ComplexType Name=\"", group_name(group), "\">");
        add_children(group);
        add("\n      </ComplexType>");
    }

    void add_children(std::uint32_t parent)
    {
        for (const std::uint32_t child : form_[parent].children) {
            const Node &node = form_[child];
            if (node.is_leaf())
                add_property(node.odata, type_of(node));
            else if (node.is_repeat())
                add("\n        <NavigationProperty Name=\"", node.odata, "\" Type=\"Collection(", schema_, ".",
                    odata_table_name(form_, child), ")\"/>");
            else
                add_property(node.odata, schema_ + '.' + group_name(child));
        }
    }

    void add_property(std::string_view name, std::string_view type)
    {
        add("\n        <Property Name=\"", name, "\" Type=\"", type, "\"/>");
    }

    void add_set(std::uint32_t table)
    {
        const std::string name = odata_table_name(form_, table);
        add("\n        <EntitySet Name=\"", name, "\" EntityType=\"", schema_, ".", name, "\">");
        if (table == Form::root) {
            add(abilities);
            for (const std::uint32_t child : form_[table].children)
                add("\n                  <PropertyPath>", form_[child].odata, "</PropertyPath>");
            add(more_abilities);
        }
        add("\n        </EntitySet>");
    }

    // Groups are called as tables are, but for the table of submissions that they are not.
    std::string group_name(std::uint32_t group) const
    {
        return odata_table_name(form_, group).substr(std::string_view("Submissions.").size());
    }

    template <class... Texts>
    void add(const Texts &...texts)
    {
        (text_.append(texts), ...);
    }

    // The one name that is not made of letters, digits and underscores.
    void add_escaped(std::string_view name)
    {
        for (const char c : name) {
            switch (c) {
                case '&': text_ += "&amp;"; break;
                case '<': text_ += "&lt;"; break;
                case '>': text_ += "&gt;"; break;
                case '"': text_ += "&quot;"; break;
                case '\t': text_ += "&#9;"; break;
                case '\n': text_ += "&#10;"; break;
                case '\r': text_ += "&#13;"; break;
                default: text_ += c;
            }
        }
    }

    const Form &form_;
    const std::string id_, schema_;
    std::string text_;
};

}  // namespace

std::string edmx_of(const Form &form)
{
    return Writer(form).write();
}

}  // namespace quire::forms
