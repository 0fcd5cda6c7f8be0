using System.Net;
using System.Net.Http.Headers;
using Appliance.Inference.Catalogue;

namespace Appliance.Inference.Installing;

/// <summary>
/// Fetches a model over https. What an earlier try left is gone on with by Range and If-Range (RFC 9110 §13.1.5, §14), so that a server
/// that has another file meanwhile sends all of it. Redirects are followed by hand, because one that leaves https ends it.
/// </summary>
internal sealed class ModelDownload(HttpMessageInvoker http, TimeProvider clock)
{
    private const int MaxRedirects = 5;
    private const int MaxTries = 5;
    private const int BufferSize = 64 << 10;

    /// <summary>A server that sends nothing for so long has gone.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Fills <paramref name="part"/> up to the model's size. A connection that ends early is opened again at once as long as each brings
    /// something, up to five times.
    /// </summary>
    /// <exception cref="InstallException">It cannot be had; what came is kept where it can be gone on with.</exception>
    internal async Task Fill(ModelEntry model, PartFile part, IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        for (var tries = 1; part.Length < model.Bytes || part.Tag is null; tries++)
        {
            var before = part.Length;
            try
            {
                await Once(model, part, progress, cancel).ConfigureAwait(false);
                return;
            }
            catch (InstallException error) when (
                error.Fault == InstallFault.Truncated && tries < MaxTries && part.Tag is not null && part.Length > before)
            {
                // It came further than before: go on.
            }
        }
    }

    private async Task Once(ModelEntry model, PartFile part, IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var watch = clock.CreateTimer(_ => silence.Cancel(), null, s_patience, Timeout.InfiniteTimeSpan);
        try
        {
            using var response = await Get(model, part, silence.Token).ConfigureAwait(false);
            Begin(model, part, response);
            await using var body = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            var buffer = new byte[BufferSize];
            progress?.Report(new(part.Length, model.Bytes));
            while (true)
            {
                var count = await Read(body, buffer, silence.Token).ConfigureAwait(false);
                if (count == 0)
                    break;

                watch.Change(s_patience, Timeout.InfiniteTimeSpan);
                if (part.Length + count > model.Bytes)
                {
                    part.Restart(null);
                    throw new InstallException(InstallFault.WrongSize, $"{model.Url} sends more than the {model.Bytes} bytes of {model.Id}");
                }

                part.Append(buffer.AsSpan(0, count));
                progress?.Report(new(part.Length, model.Bytes));
            }

            if (part.Length < model.Bytes)
                throw Ended(model, part, null);
        }
        catch (HttpRequestException error)
        {
            throw new InstallException(InstallFault.Unreachable, $"{model.Url}: {Reason(error)}", error);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new InstallException(InstallFault.Unreachable, $"{model.Url} sent nothing for {s_patience.TotalSeconds:0} s", error);
        }
        catch (EndedException ended)
        {
            throw Ended(model, part, ended.InnerException);
        }
    }

    private static InstallException Ended(ModelEntry model, PartFile part, Exception? inner) => new(
        InstallFault.Truncated,
        $"{model.Url} ended after {part.Length} of {model.Bytes} bytes; "
        + (part.Tag is null ? "pull again" : "what came is kept: pull again to go on"),
        inner);

    // Faults of the network only: those of our own disk are told apart from them.
    private static async Task<int> Read(Stream body, byte[] buffer, CancellationToken cancel)
    {
        try
        {
            return await body.ReadAsync(buffer, cancel).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new EndedException(error);
        }
    }

    private async Task<HttpResponseMessage> Get(ModelEntry model, PartFile part, CancellationToken cancel)
    {
        var address = model.Url!;
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("watchpost", null));
            request.Headers.AcceptEncoding.Add(new("identity"));
            if (part is { Length: > 0, Tag: { } tag })
            {
                request.Headers.Range = new(part.Length, null);
                request.Headers.IfRange = new(EntityTagHeaderValue.Parse(tag));
            }

            var response = await http.SendAsync(request, cancel).ConfigureAwait(false);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
                return response;

            var location = response.Headers.Location;
            response.Dispose();
            if (location is null)
                throw new InstallException(InstallFault.Refused, $"{address} redirects without saying where to");
            address = new Uri(address, location);
            if (address.Scheme != Uri.UriSchemeHttps)
            {
                throw new InstallException(
                    InstallFault.InsecureRedirect, $"{model.Url} redirects to {address.Scheme}://{address.Host}, which is not https");
            }
        }

        throw new InstallException(InstallFault.Refused, $"{model.Url} redirects more than {MaxRedirects} times");
    }

    /// <summary>Makes the part ready for what the answer holds.</summary>
    private static void Begin(ModelEntry model, PartFile part, HttpResponseMessage response)
    {
        var content = response.Content.Headers;
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when content.ContentRange is { From: { } from } range
                && from == part.Length && (range.Length ?? model.Bytes) == model.Bytes:
                return;

            case HttpStatusCode.OK:
                if (content.ContentLength is { } length && length != model.Bytes)
                {
                    throw new InstallException(
                        InstallFault.WrongSize, $"{model.Url} has {length} bytes, the catalogue says {model.Bytes} for {model.Id}");
                }

                // A weak tag says «as good as», which bytes that are to be joined are not.
                part.Restart(response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : null);
                return;

            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                part.Restart(null);
                throw new InstallException(
                    InstallFault.Refused, $"{model.Url} answered with another part than was asked for; pull again to start over");

            default:
                throw new InstallException(
                    InstallFault.Refused, $"{model.Url} answered {(int)response.StatusCode} {response.ReasonPhrase}");
        }
    }

    private static string Reason(HttpRequestException error) => error.InnerException is { } inner
        ? $"{error.Message} {inner.Message}"
        : error.Message;

    private sealed class EndedException(Exception inner) : Exception(inner.Message, inner);
}
