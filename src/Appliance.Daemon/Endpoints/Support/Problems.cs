using System.Globalization;
using Appliance.Daemon.Host.Configuration;
using Appliance.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints.Support;

/// <summary>Every problem that REST answers with (RFC 9457). <c>type</c> is stable: clients may switch on it.</summary>
internal static class Problems
{
    private const string Prefix = "urn:watchpost:problem:";

    private static readonly Dictionary<int, (string Type, string Title)> s_byStatus = new()
    {
        [400] = ("bad-request", "The request cannot be understood"),
        [401] = ("unauthenticated", "Log in or send a token"),
        [403] = ("forbidden", "Not allowed with this role"),
        [404] = ("not-found", "There is no such thing"),
        [405] = ("method-not-allowed", "This method is not offered here"),
        [406] = ("not-acceptable", "No such representation is offered"),
        [408] = ("timeout", "The request took too long to arrive"),
        [409] = ("conflict", "Not possible in the present state"),
        [411] = ("length-required", "The length of the body must be told"),
        [412] = ("precondition-failed", "It was changed meanwhile"),
        [413] = ("too-large", "The body is too large"),
        [415] = ("unsupported-media-type", "This content type is not taken"),
        [422] = ("photo-refused", "The photo cannot be used"),
        [428] = ("precondition-required", "If-Match is needed"),
        [429] = ("too-many-requests", "Slow down"),
        [500] = ("internal", "Something broke in the box"),
        [503] = ("unavailable", "Not working right now"),
    };

    /// <summary>Fills what a problem that the framework made lacks.</summary>
    public static void Complete(ProblemDetails problem)
    {
        if (problem.Status is not { } status || !s_byStatus.TryGetValue(status, out var known))
            return;

        if (problem.Type?.StartsWith(Prefix, StringComparison.Ordinal) != true)
            (problem.Type, problem.Title) = (Prefix + known.Type, known.Title);
    }

    public static ProblemHttpResult Of(int status, string detail) =>
        TypedResults.Problem(Make(status, detail));

    public static ProblemDetails Make(int status, string detail) => new()
    {
        Status = status,
        Type = Prefix + s_byStatus[status].Type,
        Title = s_byStatus[status].Title,
        Detail = detail,
    };

    public static ProblemHttpResult NotFound(string what, string id) => Of(404, $"There is no {what} '{Shown(id)}'.");

    public static ProblemHttpResult Conflict(string detail) => Of(409, detail);

    /// <summary>A conflict whose cause is listed in a member of its own.</summary>
    public static ProblemHttpResult Conflict(string detail, string member, object value)
    {
        var problem = Make(409, detail);
        problem.Extensions[member] = value;
        return TypedResults.Problem(problem);
    }

    public static ProblemHttpResult Forbidden(string detail) => Of(403, detail);

    public static ProblemHttpResult Unavailable(string detail) => Of(503, detail);

    /// <summary>Values that are not allowed: <c>errors</c> has a list of reasons per path.</summary>
    public static ProblemHttpResult Invalid(IEnumerable<ConfigFault> faults)
    {
        var errors = faults
            .GroupBy(fault => fault.Path, fault => fault.Reason)
            .ToDictionary(group => group.Key, group => group.ToArray());
        return TypedResults.Problem(new ProblemDetails
        {
            Status = 400,
            Type = Prefix + "validation",
            Title = "Some values are not allowed",
            Detail = $"{errors.Count} values are not allowed; see errors.",
            Extensions = { ["errors"] = errors },
        });
    }

    public static ProblemHttpResult Invalid(string path, string reason) => Invalid([new ConfigFault(path, reason)]);

    /// <summary>A photo that the quality gate or the decoder refuses; <c>reasons</c> are stable words with a sentence each.</summary>
    public static ProblemHttpResult PhotoRefused(IReadOnlyList<Watchlist.PhotoRefusal> reasons) =>
        TypedResults.Problem(new ProblemDetails
        {
            Status = 422,
            Type = Prefix + "photo-refused",
            Title = s_byStatus[422].Title,
            Detail = string.Join("; ", reasons.Select(reason => reason.Detail)),
            Extensions = { ["reasons"] = reasons },
        });

    /// <summary>429; the client finds the pause in <c>Retry-After</c>.</summary>
    public static ProblemHttpResult SlowDown(HttpContext http, TimeSpan pause, string detail)
    {
        http.Response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Of(429, detail);
    }

    /// <summary>What a change that was not done means to the client.</summary>
    public static ProblemHttpResult From<T>(in Change<T> change, string what, string id) => change.Status switch
    {
        ChangeStatus.NotFound => NotFound(what, id),
        ChangeStatus.VersionConflict => Of(412, $"The {what} was changed by someone else since you read it; read it again."),
        _ => Conflict(change.Reason ?? "It was refused."),
    };

    /// <summary>The disk, the file or the keys.</summary>
    public static ProblemDetails From(StoreException error) => error.Fault switch
    {
        StoreFault.Tampered => Make(400, error.Message),
        _ => Make(503, error.Message),
    };

    // Ids come from the URL: what is echoed is short and printable.
    private static string Shown(string id) =>
        new([.. id.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(80)]);
}
