using System.Text.Json;
using System.Text.RegularExpressions;
using Appliance.Store;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints.Support;

/// <summary>Turns what an endpoint throws into a problem. Bugs are logged with a stack, and answered without one.</summary>
internal sealed partial class FaultHandler(IProblemDetailsService problems, ILogger<FaultHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception error, CancellationToken cancel)
    {
        if (error is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
            return true;

        var problem = error switch
        {
            BadHttpRequestException bad => Describe(bad),
            StoreException store => Problems.From(store),
            InvalidDataException => Problems.Make(400, "The form cannot be read."),
            _ => null,
        };
        if (problem is null)
        {
            logger.RequestFailed(http.Request.Method, http.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.DisplayName ?? "?", error);
            problem = Problems.Make(500, "It was logged; an administrator finds it there.");
        }

        http.Response.StatusCode = problem.Status!.Value;
        return await problems.TryWriteAsync(new() { HttpContext = http, ProblemDetails = problem });
    }

    /// <summary>A body or parameter that does not fit; <c>errors</c> names the place.</summary>
    public static ProblemDetails Describe(JsonException error)
    {
        var path = (error.Path ?? "$").TrimStart('$').TrimStart('.');
        var problem = Problems.Make(400, $"The JSON does not fit at {(path.Length == 0 ? "its root" : path)}: {Reason(error)}.");
        problem.Extensions["errors"] = new Dictionary<string, string[]> { [path] = [Reason(error)] };
        return problem;
    }

    private static ProblemDetails Describe(BadHttpRequestException bad)
    {
        if (bad.InnerException is JsonException json)
            return Describe(json);
        if (bad.StatusCode == 415)
            return Problems.Make(415, "Send application/json.");
        if (bad.StatusCode == 413)
            return Problems.Make(413, "The body is larger than this endpoint takes.");
        if (Binding().Match(bad.Message) is { Success: true } match)
            return Problems.Make(400, $"The parameter '{match.Groups["name"].Value}' is missing or of the wrong type.");
        return Problems.Make(bad.StatusCode is >= 400 and < 500 ? bad.StatusCode : 400, "The request is malformed.");
    }

    // The serializer's own words name our classes.
    private static string Reason(JsonException error)
    {
        var message = error.Message;
        if (message.Contains("could not be mapped", StringComparison.Ordinal))
            return "there is no such member";
        if (message.Contains("missing required properties", StringComparison.Ordinal) || message.Contains("missing required", StringComparison.Ordinal))
            return "required members are missing: " + string.Join(", ", Quoted().Matches(message).Select(m => m.Value).Where(m => !m.Contains('.')));
        if (message.Contains("Duplicate property", StringComparison.Ordinal))
            return "a member is given twice";
        if (message.Contains("could not be converted", StringComparison.Ordinal) || message.Contains("doesn't allow null", StringComparison.Ordinal))
            return "the value is of the wrong type";
        return error.LineNumber is { } line ? $"not valid JSON in line {line + 1}" : "not valid JSON";
    }

    [GeneratedRegex("parameter \"[^ ]+ (?<name>[A-Za-z]+)\"")]
    private static partial Regex Binding();

    [GeneratedRegex("'[A-Za-z.]+'")]
    private static partial Regex Quoted();
}
