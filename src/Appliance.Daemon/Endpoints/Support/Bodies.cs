using System.Text.Json;
using Appliance.Daemon.Host.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints.Support;

/// <summary>Reads bodies that are not plain JSON models: options (all faults at once) and photos.</summary>
internal static class Bodies
{
    /// <summary>Options by the same rules as the configuration file; all faults are named.</summary>
    /// <param name="request">Its body is read.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="filledIn">A required member that may be left out, because the URL says it.</param>
    public static async Task<(T? Options, ProblemHttpResult? Problem)> ReadOptions<T>(
        HttpRequest request, CancellationToken cancel, string? filledIn = null)
        where T : class, new()
    {
        if (!request.HasJsonContentType())
            return (null, Problems.Of(415, "Send application/json."));

        try
        {
            using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancel);
            var (options, faults) = OptionsBinder.Bind<T>(json.RootElement, JsonNamingPolicy.CamelCase);
            faults = [.. faults.Where(fault => fault.Path != filledIn || fault.Reason != OptionsRules.Missing)];
            return faults.Count == 0 ? (options, null) : (null, Problems.Invalid(faults));
        }
        catch (JsonException error)
        {
            return (null, TypedResults.Problem(FaultHandler.Describe(error)));
        }
    }

    /// <summary>A photo: the body itself (<c>image/*</c>) or the only file of a <c>multipart/form-data</c> form.</summary>
    public static async Task<(byte[]? Photo, ProblemHttpResult? Problem)> ReadPhoto(
        HttpRequest request, int maxBytes, CancellationToken cancel)
    {
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(cancel);
            if (form.Files.Count != 1)
                return (null, Problems.Of(400, $"Send exactly one file; there are {form.Files.Count}."));
            await using var file = form.Files[0].OpenReadStream();
            return await Read(file, maxBytes, cancel);
        }

        if (request.ContentType is not { } type
            || !(type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) || type.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase)))
            return (null, Problems.Of(415, "Send image/jpeg, image/png or image/webp, or a form with one file."));

        return await Read(request.Body, maxBytes, cancel);
    }

    private static async Task<(byte[]? Photo, ProblemHttpResult? Problem)> Read(Stream body, int maxBytes, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        var part = new byte[64 << 10];
        int count;
        while ((count = await body.ReadAsync(part, cancel)) > 0)
        {
            if (bytes.Length + count > maxBytes)
                return (null, Problems.Of(413, $"A photo may have up to {maxBytes} bytes."));
            bytes.Write(part, 0, count);
        }

        return bytes.Length == 0 ? (null, Problems.Of(400, "The photo is empty.")) : (bytes.ToArray(), null);
    }
}
