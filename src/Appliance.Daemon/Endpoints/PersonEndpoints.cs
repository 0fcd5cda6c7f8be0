using Appliance.Core.Recognition;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Appliance.Store.Watchlist;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints;

/// <summary>The persons of the watchlist.</summary>
internal static class PersonEndpoints
{
    public static void MapPersons(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/watchlist/persons").WithTags("Watchlist").RequireAuthorization(Policies.Operator);
        group.MapGet("", List);
        group.MapPost("", Add);
        group.MapGet("/{id}", Get);
        group.MapPut("/{id}", Update);
        group.MapDelete("/{id}", Remove);
    }

    /// <summary>Persons in order of enrolment.</summary>
    /// <param name="name">Part of the name, any case.</param>
    /// <param name="category">Exactly this category.</param>
    /// <param name="expired">true: only expired ones; false: only those that match now.</param>
    /// <param name="cursor"><c>next</c> of the page before.</param>
    /// <param name="limit">Persons per page, up to 200.</param>
    private static Ok<PageView<PersonView>> List(
        string? name, string? category, bool? expired, string? cursor, int? limit, ApplianceRuntime runtime)
    {
        var filter = new PersonFilter { Name = name, Category = category, Expired = expired };
        return TypedResults.Ok(runtime.Store.Watchlist.List(filter, cursor, Paging.Limit(limit)).ToView(PersonView.From));
    }

    /// <summary>One person.</summary>
    private static Results<Ok<PersonView>, ProblemHttpResult> Get(string id, ApplianceRuntime runtime, HttpContext http)
    {
        if (runtime.Store.Watchlist.Find(new PersonId(id)) is not { } person)
            return Problems.NotFound("person", id);

        Preconditions.SetETag(http, person.Version);
        return TypedResults.Ok(PersonView.From(person));
    }

    /// <summary>Adds a person, who is recognised as soon as a photo was added.</summary>
    private static async Task<Results<Created<PersonView>, ProblemHttpResult>> Add(
        PersonRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (Check(request.ToEntry()) is { } problem)
            return problem;

        var change = await runtime.Store.Watchlist.Add(request.ToEntry(), [], Caller.Of(http), cancel);
        if (change.Value is not { } person || !change.IsDone)
            return Problems.From(change, "person", "");

        Preconditions.SetETag(http, person.Version);
        return TypedResults.Created($"/api/v1/watchlist/persons/{person.Id}", PersonView.From(person));
    }

    /// <summary>Replaces what is said about a person; photos stay.</summary>
    private static async Task<Results<Ok<PersonView>, ProblemHttpResult>> Update(
        string id, PersonRequest request, [FromHeader(Name = "If-Match")] string? ifMatch,
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;
        if (Check(request.ToEntry()) is { } problem)
            return problem;

        var change = await runtime.Store.Watchlist.Update(new PersonId(id), version, request.ToEntry(), Caller.Of(http), cancel);
        if (change.Value is not { } person || !change.IsDone)
            return Problems.From(change, "person", id);

        Preconditions.SetETag(http, person.Version);
        return TypedResults.Ok(PersonView.From(person));
    }

    /// <summary>Removes a person with all photos and templates; nothing of them is left on the disk afterwards.</summary>
    /// <param name="id">Who.</param>
    /// <param name="ifMatch">ETag of the person.</param>
    /// <param name="forgetInAlerts">Also blank the name in the alerts kept so far.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        string id, [FromHeader(Name = "If-Match")] string? ifMatch, bool? forgetInAlerts,
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;

        var change = await runtime.Store.Watchlist.Remove(new PersonId(id), version, forgetInAlerts ?? false, Caller.Of(http), cancel);
        return change.IsDone ? TypedResults.NoContent() : Problems.From(change, "person", id);
    }

    private static ProblemHttpResult? Check(PersonEntry entry) =>
        PersonRules.Check(entry) is { Count: > 0 } faults
            ? Problems.Invalid(faults.Select(fault => new ConfigFault(fault.Field, fault.Fault)))
            : null;
}

/// <summary>What an operator says about a person.</summary>
/// <param name="Name">1–200 characters.</param>
/// <param name="Category">Of the site's policy, e.g. <c>banned</c>; 1–64 characters.</param>
/// <param name="LegalBasis">Why they may be listed, e.g. "court order 12/2026"; 1–500 characters.</param>
/// <param name="ExpiresAt">From then on the person no longer matches; null = until removed.</param>
/// <param name="Reviewer">Who checked the entry.</param>
/// <param name="Notes">Up to 4,000 characters.</param>
internal sealed record PersonRequest(
    string Name, string Category, string LegalBasis, DateTimeOffset? ExpiresAt = null, string Reviewer = "", string Notes = "")
{
    public PersonEntry ToEntry() => new()
    {
        Name = Name,
        Category = Category,
        LegalBasis = LegalBasis,
        ExpiresAt = ExpiresAt,
        Reviewer = Reviewer,
        Notes = Notes,
    };
}

/// <summary>A person of the watchlist.</summary>
internal sealed record PersonView(
    string Id, string Name, string Category, string LegalBasis, DateTimeOffset? ExpiresAt, string Reviewer, string Notes,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int Version)
{
    public static PersonView From(Person person) => new(
        person.Id.Value, person.Name, person.Category, person.LegalBasis, person.ExpiresAt, person.Reviewer, person.Notes,
        person.CreatedAt, person.UpdatedAt, person.Version);
}
